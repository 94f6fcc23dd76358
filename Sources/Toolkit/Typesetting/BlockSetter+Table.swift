// Labelled values in two columns.

extension BlockSetter {
    private var labelWidth: Double { 92 }
    private var gutter: Double { 14 }
    /// A value longer than this gets the whole width, where it may run over several pages.
    private var longest: Int { 120 }

    func table(_ fields: [PrintedField]) -> [Piece] {
        var pieces = [rule, .space(3)]
        var waiting: PrintedField?
        for field in fields {
            if field.isWide || field.value.count > longest {
                if let first = waiting { pieces.append(row([first])) }
                waiting = nil
                pieces += wide(field)
            } else if let first = waiting {
                pieces.append(row([first, field]))
                waiting = nil
            } else {
                waiting = field
            }
        }
        if let last = waiting { pieces.append(row([last])) }
        return pieces + [.space(3), rule]
    }

    private var rule: Piece {
        Piece(height: 1) { canvas, y in canvas.rule(from: left, to: left + width, y: y, thickness: 0.9) }
    }

    private func label(_ label: PrintedLabel) -> TextLayout {
        TextLayout(
            [
                TextRun(text: label.chinese, size: 10, colour: .label),
                TextRun(text: label.english.isEmpty ? "" : " \(label.english)", size: 7, colour: .label),
            ], fonts: fonts, width: labelWidth, leading: 1.75)
    }

    private func value(_ text: String, width: Double) -> TextLayout {
        TextLayout([TextRun(text: text, size: 10.5)], fonts: fonts, width: width, leading: 1.67)
    }

    private func row(_ fields: [PrintedField]) -> Piece {
        let column = (width - gutter) / 2
        let cells = fields.map { (label: label($0.label), value: value($0.value, width: column - labelWidth)) }
        let height = cells.map { max($0.label.height, $0.value.height) }.max() ?? 0
        return Piece(height: height) { canvas, y in
            for (number, cell) in cells.enumerated() {
                let x = left + Double(number) * (column + gutter)
                cell.label.draw(on: canvas, x: x, y: y)
                cell.value.draw(on: canvas, x: x + labelWidth, y: y)
            }
        }
    }

    private func wide(_ field: PrintedField) -> [Piece] {
        let label = label(field.label)
        let value = value(field.value, width: width - labelWidth)
        return value.lines.indices.map { number in
            // The label stands beside the first line.
            let height = number == 0 ? max(label.height, value.lines[0].height) : value.lines[number].height
            return Piece(height: height) { canvas, y in
                if number == 0 { label.draw(on: canvas, x: left, y: y) }
                value.draw(line: number, on: canvas, x: left + labelWidth, y: y)
            }
        }
    }
}
