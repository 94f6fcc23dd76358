// Tables of figures: a heading, rows, and bars beside them.

package struct PrintedGrid: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package var title: String
        /// Share of the width, relative to the others'.
        package var width: Double
        /// Numbers stand at the right, words at the left.
        package var isNumber: Bool

        package init(_ title: String, width: Double = 1, isNumber: Bool = false) {
            self.title = title
            self.width = width
            self.isNumber = isNumber
        }
    }

    package struct Row: Sendable, Hashable {
        package var cells: [String]
        /// 0 to 1, drawn as a bar behind the first cell.
        package var bar: Double?
        package var isTotal: Bool

        package init(_ cells: [String], bar: Double? = nil, isTotal: Bool = false) {
            self.cells = cells
            self.bar = bar
            self.isTotal = isTotal
        }
    }

    package var columns: [Column]
    package var rows: [Row]

    package init(columns: [Column], rows: [Row]) {
        self.columns = columns
        self.rows = rows
    }
}

extension BlockSetter {
    private var gap: Double { 6 }

    func grid(_ grid: PrintedGrid) -> [Piece] {
        let whole = grid.columns.map(\.width).reduce(0, +)
        guard whole > 0 else { return [] }
        let widths = grid.columns.map { $0.width / whole * width }
        let heading = row(
            grid.columns.map(\.title), widths, grid.columns, size: 8, isBold: true, keepsWithNext: true, bar: nil)
        let rows = grid.rows.map { each in
            row(each.cells, widths, grid.columns, size: 8.5, isBold: each.isTotal, keepsWithNext: false, bar: each.bar)
        }
        return [.space(3), heading] + rows + [.space(6)]
    }

    private func row(
        _ cells: [String], _ widths: [Double], _ columns: [PrintedGrid.Column], size: Double, isBold: Bool,
        keepsWithNext: Bool, bar: Double?
    ) -> Piece {
        let texts = zip(zip(cells, widths), columns).map { cell, column in
            TextLayout(
                [TextRun(text: cell.0, size: size, isBold: isBold)], fonts: fonts, width: max(10, cell.1 - gap),
                alignment: column.isNumber ? .right : .left)
        }
        let height = (texts.map(\.height).max() ?? 0) + 3
        return Piece(height: height, keepsWithNext: keepsWithNext) { canvas, y in
            if let bar, let first = widths.first {
                let length = max(0, min(1, bar)) * max(10, first - gap)
                canvas.fill(x: left, y: y + height - 3.5, width: length, height: 2.5, colour: .accent)
            }
            var x = left
            for (text, width) in zip(texts, widths) {
                text.draw(on: canvas, x: x, y: y)
                x += width
            }
            canvas.rule(from: left, to: left + width, y: y + height - 0.5, thickness: keepsWithNext ? 0.9 : 0.3)
        }
    }
}
