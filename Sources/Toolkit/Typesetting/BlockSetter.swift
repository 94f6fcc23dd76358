// Turns blocks into pieces that pages can hold.

/// Left edge and width of the text, and the fonts; all in points.
struct BlockSetter {
    static let margin = 51.0

    let fonts: FontCatalogue
    let left = Self.margin
    let width = Canvas.width - 2 * Self.margin

    func pieces(of document: PrintedDocument) throws -> [Piece] {
        var pieces = title(document.title)
        for banner in document.banners { pieces += self.banner(banner) }
        for block in document.blocks {
            switch block {
            case .table(let fields): pieces += table(fields)
            case .grid(let grid): pieces += self.grid(grid)
            case .heading(let label): pieces += heading(label)
            case .paragraph(let text): pieces += paragraph(text)
            case .picture(let picture): pieces += try self.picture(picture)
            case .signatures(let signatures): pieces += [.space(18), self.signatures(signatures)]
            }
        }
        return pieces
    }

    // MARK: Parts

    private func title(_ title: PrintedTitle) -> [Piece] {
        let institution = layout([TextRun(text: title.institution, size: 19, isBold: true, spacing: 1)], .centre)
        let heading = layout([TextRun(text: title.heading.chinese, size: 14, isBold: true, spacing: 4)], .centre)
        let english = layout([TextRun(text: title.heading.english, size: 9, colour: .label)], .centre)
        return [whole(institution), whole(heading), whole(english), .space(8)]
    }

    private func banner(_ label: PrintedLabel) -> [Piece] {
        let inset = 10.0
        let text = TextLayout(
            [
                TextRun(text: label.chinese, size: 12, isBold: true, colour: .warning),
                TextRun(text: label.english.isEmpty ? "" : "  \(label.english)", size: 8.5, colour: .warning),
            ], fonts: fonts, width: width - 2 * inset, alignment: .centre)
        let box = Piece(height: text.height + 8) { canvas, y in
            canvas.frame(x: left, y: y, width: width, height: text.height + 8, colour: .warning)
            text.draw(on: canvas, x: left + inset, y: y + 4)
        }
        return [box, .space(8)]
    }

    private func heading(_ label: PrintedLabel) -> [Piece] {
        let text = layout([
            TextRun(text: label.chinese, size: 12.5, isBold: true, colour: .accent, spacing: 1),
            TextRun(text: label.english.isEmpty ? "" : "  \(label.english)", size: 8.5, colour: .label),
        ])
        let piece = Piece(height: text.height + 4, keepsWithNext: true) { canvas, y in
            canvas.fill(x: left, y: y + text.height * 0.22, width: 3, height: text.height * 0.56, colour: .accent)
            text.draw(on: canvas, x: left + 9, y: y)
        }
        return [.space(12, keepsWithNext: true), piece]
    }

    private func paragraph(_ text: String) -> [Piece] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            lines(of: layout([TextRun(text: String(line), size: 11)], leading: 1.75))
        }
    }

    private func picture(_ picture: PrintedPicture) throws -> [Piece] {
        let raster = try Raster(png: picture.png)
        let aspect = Double(raster.height) / Double(raster.width)
        let printedWidth = min(max(picture.width, 0.05) * width, 480 / aspect)
        let x = left + (width - printedWidth) / 2
        let image = Piece(height: printedWidth * aspect + 4, keepsWithNext: !picture.caption.isEmpty) { canvas, y in
            canvas.picture(raster, x: x, y: y, width: printedWidth)
        }
        guard !picture.caption.isEmpty else { return [.space(8), image] }
        return [.space(8), image, whole(layout([TextRun(text: picture.caption, size: 9, colour: .label)], .centre))]
    }

    private func signatures(_ signatures: [PrintedSignature]) -> Piece {
        let column = width / Double(max(signatures.count, 1))
        let texts = signatures.map { signature in
            (
                role: TextLayout(
                    [
                        TextRun(text: signature.role.chinese, size: 10, colour: .label),
                        TextRun(text: "  \(signature.role.english)", size: 7.5, colour: .label),
                    ], fonts: fonts, width: column - 12),
                name: TextLayout(
                    [TextRun(text: signature.name, size: 13, isBold: true)], fonts: fonts, width: column - 12),
                time: TextLayout(
                    [TextRun(text: signature.time, size: 9.5, colour: .label)], fonts: fonts, width: column - 12),
                isSigned: !signature.name.isEmpty
            )
        }
        let height = texts.map { $0.role.height + $0.name.height + $0.time.height }.max() ?? 0
        return Piece(height: height + 10, sinks: true) { canvas, y in
            canvas.rule(from: left, to: left + width, y: y)
            for (number, text) in texts.enumerated() {
                let x = left + Double(number) * column
                text.role.draw(on: canvas, x: x, y: y + 6)
                text.name.draw(on: canvas, x: x, y: y + 6 + text.role.height)
                text.time.draw(on: canvas, x: x, y: y + 6 + text.role.height + text.name.height)
                if !text.isSigned { canvas.rule(from: x, to: x + column * 0.6, y: y + height - text.time.height + 4) }
            }
        }
    }

    // MARK: Text

    func layout(_ runs: [TextRun], _ alignment: TextAlignment = .left, leading: Double = 1.45) -> TextLayout {
        TextLayout(runs, fonts: fonts, width: width, alignment: alignment, leading: leading)
    }

    private func whole(_ text: TextLayout) -> Piece {
        Piece(height: text.height) { canvas, y in text.draw(on: canvas, x: left, y: y) }
    }

    /// One piece a line; neither the first nor the last line of a paragraph stands alone on a page.
    private func lines(of text: TextLayout) -> [Piece] {
        text.lines.indices.map { number in
            Piece(
                height: text.lines[number].height,
                keepsWithNext: text.lines.count > 1 && (number == 0 || number == text.lines.count - 2)
            ) { canvas, y in text.draw(line: number, on: canvas, x: left, y: y) }
        }
    }
}
