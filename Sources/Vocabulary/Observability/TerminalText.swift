// Text in columns, where a Chinese character takes two.

package enum TerminalText {
    /// Columns that `text` takes on a terminal: East Asian wide and full-width characters take two.
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// `text` filled up with spaces to `columns`.
    package static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    /// Cut to `columns`, so that a redrawn line never wraps.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var result = ""
        var taken = 0
        for character in text {
            let next = width(String(character))
            guard taken + next <= columns - 1 else { break }
            result.append(character)
            taken += next
        }
        return result + "…"
    }

    /// Rows in columns two spaces apart; the first row is the heading.
    package static func table(_ rows: [[String]]) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.compactMap { $0.indices.contains(column) ? width($0[column]) : nil }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : padded(cell, to: widths[column]) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// `1.5 GB`: for people, powers of 1000.
    package static func bytes(_ count: Int64) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB", "TB"] {
            if value < 1000 || unit == "TB" {
                let digits = unit == "B" || value >= 100 ? 0 : 1
                let factor = digits == 0 ? 1.0 : 10.0
                let rounded = (value * factor).rounded() / factor
                return digits == 0 ? "\(Int64(rounded)) \(unit)" : "\(rounded) \(unit)"
            }
            value /= 1000
        }
        return "\(count) B"
    }

    /// `40 s`, `12 min`, `3.5 h`: how long something takes.
    package static func span(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\((seconds + 59) / 60) min"
        default: "\((Double(seconds) / 360).rounded() / 10) h"
        }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
