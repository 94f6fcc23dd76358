// A measurement as graphic and text objects of a presentation state (PS3.3 C.10.5).

import Foundation
import Vocabulary

enum PresentationGraphics {
    static func objects(_ measurement: ImageMeasurement) -> [DataSetBuilder] {
        let points = measurement.points
        switch measurement.kind {
        case .probe: return [graphic("POINT", points)]
        case .text: return []
        case .ellipse: return [graphic("ELLIPSE", points)]
        case .rectangle, .freehand: return [graphic("POLYLINE", points + points.prefix(2))]
        case .bidirectional, .cobb:
            return [graphic("POLYLINE", Array(points.prefix(4))), graphic("POLYLINE", Array(points.dropFirst(4)))]
        case .arrow: return [graphic("POLYLINE", points), graphic("POLYLINE", head(of: points))]
        default: return [graphic("POLYLINE", points)]
        }
    }

    private static func graphic(_ type: String, _ points: [Float]) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.graphicAnnotationUnits, "PIXEL")
        item.set(.graphicDimensions, 2)
        item.set(.numberOfGraphicPoints, points.count / 2)
        item.set(.graphicData, singles: points)
        item.set(.graphicType, type)
        if type == "ELLIPSE" || (type == "POLYLINE" && points.count > 4 && points.prefix(2) == points.suffix(2)) {
            item.set(.graphicFilled, "N")
        }
        return item
    }

    /// A state has lines only; the arrow's tip is its first point.
    private static func head(of points: [Float]) -> [Float] {
        guard points.count == 4 else { return points }
        let (x, y) = (Double(points[0]), Double(points[1]))
        let (dx, dy) = (Double(points[2]) - x, Double(points[3]) - y)
        let turn = atan2(dy, dx)
        let reach = min(hypot(dx, dy) / 3, 12)
        func end(_ side: Double) -> [Float] {
            [Float(x + reach * cos(turn + side)), Float(y + reach * sin(turn + side))]
        }
        return end(-0.4) + [points[0], points[1]] + end(0.4)
    }

    /// What it says, beside its last point.
    static func text(_ measurement: ImageMeasurement) -> DataSetBuilder? {
        let lines = (measurement.text.isEmpty ? [] : [measurement.text]) + measurement.values.map(spoken)
        guard !lines.isEmpty, measurement.points.count >= 2 else { return nil }
        var item = DataSetBuilder()
        item.set(.anchorPointAnnotationUnits, "PIXEL")
        item.set(.unformattedTextValue, String(lines.joined(separator: "\r\n").prefix(1000)))
        item.set(.anchorPoint, singles: Array(measurement.points.suffix(2)))
        item.set(.anchorPointVisibility, "N")
        return item
    }

    private static let names: [ImageMeasurement.Quantity: String] = [
        .longAxis: "L", .shortAxis: "S", .cobb: "Cobb", .area: "A", .mean: "Mean", .deviation: "SD", .minimum: "Min",
        .maximum: "Max", .time: "t", .velocity: "v", .depth: "d", .frequency: "f",
    ]

    private static let units = [
        "deg": "°", "mm2": "mm²", "[hnsf'U]": "HU", "{pixels}": "px", "{square_pixels}": "px²", "1": "",
    ]

    private static func spoken(_ value: ImageMeasurement.Value) -> String {
        let digits = value.unit == "s" ? 3 : 1
        let number = value.value.formatted(
            .number.precision(.fractionLength(0...digits)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
        let unit = units[value.unit] ?? value.unit
        let words = [names[value.name], unit == "°" ? number + unit : number, unit == "°" ? nil : unit]
        return words.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension Tag {
    static let anchorPointAnnotationUnits = Tag(0x0070, 0x0004)
    static let graphicAnnotationUnits = Tag(0x0070, 0x0005)
    static let unformattedTextValue = Tag(0x0070, 0x0006)
    static let anchorPoint = Tag(0x0070, 0x0014)
    static let anchorPointVisibility = Tag(0x0070, 0x0015)
    static let graphicDimensions = Tag(0x0070, 0x0020)
    static let numberOfGraphicPoints = Tag(0x0070, 0x0021)
    static let graphicFilled = Tag(0x0070, 0x0024)
}
