// Text broken into lines.

import CPango

/// Red, green and blue from 0 to 1; always opaque, since PDF/A-1 knows no transparency.
struct Colour {
    var red: Double
    var green: Double
    var blue: Double

    static let ink = Colour(red: 0.05, green: 0.05, blue: 0.08)
    static let label = Colour(red: 0.36, green: 0.38, blue: 0.42)
    static let accent = Colour(red: 0.10, green: 0.28, blue: 0.48)
    static let warning = Colour(red: 0.72, green: 0.08, blue: 0.08)
    static let watermark = Colour(red: 0.98, green: 0.91, blue: 0.91)
    static let rule = Colour(red: 0.55, green: 0.58, blue: 0.62)
}

/// Sizes and spacings are in points.
struct TextRun {
    var text: String
    var size: Double
    var isBold = false
    var colour = Colour.ink
    var spacing = 0.0
}

enum TextAlignment {
    case left, centre, right

    fileprivate var pango: PangoAlignment {
        switch self {
        case .left: PANGO_ALIGN_LEFT
        case .centre: PANGO_ALIGN_CENTER
        case .right: PANGO_ALIGN_RIGHT
        }
    }
}

/// One paragraph; its lines can be drawn one at a time, on different pages.
final class TextLayout {
    struct Line {
        /// Distance from the line's top to its baseline.
        var ascent: Double
        var height: Double
    }

    private let layout: OpaquePointer
    let lines: [Line]

    var height: Double { lines.reduce(0) { $0 + $1.height } }
    let naturalWidth: Double

    /// - Parameter width: where lines break; nil sets everything on one line.
    /// - Parameter leading: least height of a line as a multiple of its largest run.
    init(
        _ runs: [TextRun], fonts: FontCatalogue, width: Double? = nil, alignment: TextAlignment = .left,
        leading: Double = 1.45
    ) {
        layout = pango_layout_new(fonts.context)
        let texts = runs.map { $0.text.printable }
        pango_layout_set_text(layout, texts.joined(), -1)
        pango_layout_set_width(layout, width.map { Int32($0 * Double(PANGO_SCALE)) } ?? -1)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_alignment(layout, alignment.pango)
        let attributes = Self.attributes(of: runs, texts: texts)
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)

        let least = (runs.map(\.size).max() ?? 0) * leading
        lines = (0..<pango_layout_get_line_count(layout)).map { [layout] number in
            var logical = PangoRectangle()
            pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, number), nil, &logical)
            let height = Double(logical.height) / Double(PANGO_SCALE)
            let slack = max(0, least - height)
            return Line(ascent: -Double(logical.y) / Double(PANGO_SCALE) + slack / 2, height: height + slack)
        }
        var logical = PangoRectangle()
        pango_layout_get_extents(layout, nil, &logical)
        naturalWidth = Double(logical.width) / Double(PANGO_SCALE)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

    /// Draws all lines with the first one's top left corner at the point.
    func draw(on canvas: Canvas, x: Double, y: Double) {
        var top = y
        for (number, line) in lines.enumerated() {
            draw(line: number, on: canvas, x: x, y: top)
            top += line.height
        }
    }

    func draw(line number: Int, on canvas: Canvas, x: Double, y: Double) {
        // The line's own offset holds its alignment.
        var logical = PangoRectangle()
        let iterator = pango_layout_get_iter(layout)
        defer { pango_layout_iter_free(iterator) }
        for _ in 0..<number { pango_layout_iter_next_line(iterator) }
        pango_layout_iter_get_line_extents(iterator, nil, &logical)
        cairo_move_to(canvas.context, x + Double(logical.x) / Double(PANGO_SCALE), y + lines[number].ascent)
        pango_cairo_show_layout_line(canvas.context, pango_layout_get_line_readonly(layout, Int32(number)))
    }

    private static func attributes(of runs: [TextRun], texts: [String]) -> OpaquePointer? {
        let list = pango_attr_list_new()
        func add(_ attribute: UnsafeMutablePointer<PangoAttribute>?, to range: Range<Int>) {
            attribute?.pointee.start_index = UInt32(range.lowerBound)
            attribute?.pointee.end_index = UInt32(range.upperBound)
            pango_attr_list_insert(list, attribute)
        }
        func channel(_ value: Double) -> UInt16 { UInt16(value * 65535) }
        var start = 0
        for (run, text) in zip(runs, texts) {
            let whole = start..<start + text.utf8.count
            add(pango_attr_family_new(FontCatalogue.family), to: whole)
            for range in text.latinRanges(from: start) {
                add(pango_attr_family_new("\(FontCatalogue.latinFamily),\(FontCatalogue.family)"), to: range)
            }
            add(pango_attr_size_new(Int32(run.size * Double(PANGO_SCALE))), to: whole)
            add(pango_attr_weight_new(run.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL), to: whole)
            let colour = run.colour
            add(
                pango_attr_foreground_new(channel(colour.red), channel(colour.green), channel(colour.blue)), to: whole)
            // A ligature comes back from the PDF as another character than was written.
            add(pango_attr_font_features_new("liga=0, clig=0"), to: whole)
            if run.spacing != 0 {
                add(pango_attr_letter_spacing_new(Int32(run.spacing * Double(PANGO_SCALE))), to: whole)
            }
            start = whole.upperBound
        }
        return list
    }
}

extension String {
    /// Without what has no shape: control characters other than line feed and tab, and noncharacters.
    fileprivate var printable: String {
        let unified = replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        return String(
            String.UnicodeScalarView(
                unified.unicodeScalars.filter { scalar in
                    if scalar == "\n" || scalar == "\t" { return true }
                    let properties = scalar.properties
                    return properties.generalCategory != .control && !properties.isNoncharacterCodePoint
                }))
    }

    /// Where ASCII stands, in bytes of UTF-8.
    fileprivate func latinRanges(from start: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for (offset, byte) in utf8.enumerated() where (0x20...0x7E).contains(byte) {
            let position = start + offset
            if let last = ranges.last, last.upperBound == position {
                ranges[ranges.count - 1] = last.lowerBound..<position + 1
            } else {
                ranges.append(position..<position + 1)
            }
        }
        return ranges
    }
}
