// Tables for spreadsheets.

import Foundation

/// RFC 4180 with a byte order mark, without which Excel takes UTF-8 for the system's code page and shows rubbish.
package enum CSVFile {
    package static func data(_ rows: [[String]]) -> Data {
        Data(("\u{FEFF}" + rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()).utf8)
    }

    /// A text that a spreadsheet would take for a formula is made text again: an account's or a hospital's name is no
    /// program.
    private static func field(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+-@\t\r".contains(first), Double(text) == nil { text = "'" + text }
        // Scalars: a line end of two characters is one Character.
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
