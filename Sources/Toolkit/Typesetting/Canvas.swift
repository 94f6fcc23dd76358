// Pages that cairo draws on.

import CPango
import Foundation

/// A PDF being written, A4 page by A4 page, origin at the top left, in points.
///
/// Nothing transparent and no groups: PDF/A-1 forbids both.
final class Canvas {
    static let width = 595.276
    static let height = 841.89

    let context: OpaquePointer
    private let surface: OpaquePointer
    private let output = Output()

    private final class Output { var data = Data() }

    init() throws {
        surface = cairo_pdf_surface_create_for_stream(
            { output, bytes, count in
                guard let output, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
                Unmanaged<Output>.fromOpaque(output).takeUnretainedValue().data.append(bytes, count: Int(count))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(output).toOpaque(), Self.width, Self.height)
        // 1.4 is what PDF/A-1 builds on.
        cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
        context = cairo_create(surface)
        try check(cairo_status(context))
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    func endPage() { cairo_show_page(context) }

    /// The finished file; nothing can be drawn after it.
    func finish() throws -> Data {
        try check(cairo_status(context))
        cairo_surface_finish(surface)
        try check(cairo_surface_status(surface))
        return output.data
    }

    // MARK: Shapes

    func rule(from x: Double, to end: Double, y: Double, thickness: Double = 0.6, colour: Colour = .rule) {
        set(colour)
        cairo_set_line_width(context, thickness)
        cairo_move_to(context, x, y)
        cairo_line_to(context, end, y)
        cairo_stroke(context)
    }

    func frame(x: Double, y: Double, width: Double, height: Double, colour: Colour) {
        set(colour)
        cairo_set_line_width(context, 1)
        cairo_rectangle(context, x, y, width, height)
        cairo_stroke(context)
    }

    func fill(x: Double, y: Double, width: Double, height: Double, colour: Colour) {
        set(colour)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    /// Draws across the page's middle, rising to the right.
    func watermark(_ text: TextLayout) {
        cairo_save(context)
        cairo_translate(context, Self.width / 2, Self.height / 2)
        cairo_rotate(context, -.pi / 5)
        text.draw(on: self, x: -text.naturalWidth / 2, y: -text.height / 2)
        cairo_restore(context)
    }

    func picture(_ picture: Raster, x: Double, y: Double, width: Double) {
        let scale = width / Double(picture.width)
        cairo_save(context)
        cairo_translate(context, x, y)
        cairo_scale(context, scale, scale)
        cairo_set_source_surface(context, picture.surface, 0, 0)
        cairo_paint(context)
        cairo_restore(context)
    }

    private func set(_ colour: Colour) { cairo_set_source_rgb(context, colour.red, colour.green, colour.blue) }

    private func check(_ status: cairo_status_t) throws {
        guard status == CAIRO_STATUS_SUCCESS else {
            let reason = cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown"
            throw TypesettingError(code: .drawing, message: "the pages could not be drawn (cairo: \(reason))")
        }
    }
}
