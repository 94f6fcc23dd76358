// From the document's values to an archivable file.

import Foundation
import Observability

/// pango and cairo keep caches of their own behind every call; one document at a time is set.
private let press = LockedBox(())

extension PrintedDocument {
    /// PDF/A-1b with embedded fonts; the same values give the same bytes (on the same fonts).
    ///
    /// - Throws: `TypesettingError`, `.missingFonts` above all.
    package func pdf() throws -> Data {
        let drawn = try press.withLock { _ in try draw() }
        return try PDFArchival(information: information).archivable(drawn)
    }

    private func draw() throws -> Data {
        let setter = BlockSetter(fonts: try FontCatalogue())
        let furniture = PageFurniture(document: self, setter: setter)
        let pages = Pagination(top: furniture.top, bottom: furniture.bottom, pieces: try setter.pieces(of: self)).pages
        let canvas = try Canvas()
        for (number, page) in pages.enumerated() {
            furniture.draw(on: canvas, page: number + 1, of: pages.count)
            for placed in page { placed.piece.draw(canvas, placed.y) }
            canvas.endPage()
        }
        return try canvas.finish()
    }
}
