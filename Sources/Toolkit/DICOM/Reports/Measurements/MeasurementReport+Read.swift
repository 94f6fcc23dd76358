// Measurements out of a structured report.

import Foundation
import Vocabulary

extension MeasurementReport {
    /// The measurements of an Imaging Measurement Report, ours or another's: what is on an image's pixels and of a shape
    /// that the viewer draws. Bounded by `most`; what can't be understood is left out.
    ///
    /// - Throws: `DICOMError` where the file can't be read. Not for content that is odd.
    package static func read(_ dataSet: DataSet, most: Int = 200) throws -> [ImageMeasurement] {
        guard try code(of: dataSet)?.value == MeasurementCodes.report.value else { return [] }
        let series = try seriesOfEvidence(dataSet)
        var observer = ""
        for item in dataSet.items(.contentSequence)
        where try code(of: item)?.value == MeasurementCodes.observerName.value {
            observer = try person(item)
        }
        var found: [ImageMeasurement] = []
        for container in dataSet.items(.contentSequence)
        where try code(of: container)?.value == MeasurementCodes.measurements.value {
            for group in container.items(.contentSequence) {
                guard found.count < most else { return found }
                if var measurement = try measurement(of: group, series) {
                    // Not everybody tracks what they measure, and one that is tracked may stand here twice.
                    var number = found.count
                    while measurement.id.isEmpty || found.contains(where: { $0.id == measurement.id }) {
                        number += 1
                        measurement.id = "\(measurement.instance).\(number)"
                    }
                    if measurement.userName.isEmpty { measurement.userName = observer }
                    found.append(measurement)
                }
            }
        }
        return found
    }

    /// What stands on an image, and no essay.
    private static let longestText = 200
    /// Of one measurement: more than any that is drawn has, and few enough to be compared with each other.
    private static let mostCoordinates = 16
    private static let mostValues = 64
    /// Two a point.
    private static let mostNumbers = 2000
    /// SH, as a code's value is.
    private static let longestUnit = 16

    private struct Coordinates {
        var type: String
        var points: [Float]
        var image: SOPInstanceUID
        var frame: Int
    }

    private static func measurement(
        of group: DataSet, _ series: [SOPInstanceUID: SeriesInstanceUID]
    ) throws -> ImageMeasurement? {
        var coordinates: [Coordinates] = []
        var values: [ImageMeasurement.Value] = []
        var (id, text, user, kind) = ("", "", "", ImageMeasurement.Kind?.none)
        func note(_ item: DataSet) throws {
            guard coordinates.count < mostCoordinates, let found = try self.coordinates(item) else { return }
            let isKnown = coordinates.contains { $0.points == found.points && $0.image == found.image }
            if !isKnown { coordinates.append(found) }
        }
        for item in group.items(.contentSequence) {
            let concept = try code(of: item)?.value
            switch try item.string(.valueType) {
            case "UIDREF" where concept == MeasurementCodes.trackingUID.value:
                id = try item.string(.uidValue).flatMap(SOPInstanceUID.init(rawValue:))?.rawValue ?? ""
            case "PNAME" where concept == MeasurementCodes.observerName.value: user = try person(item)
            case "CODE" where concept == MeasurementCodes.method.value: kind = try tool(item)
            case "SCOORD": try note(item)
            case "NUM":
                if values.count < mostValues, let value = try value(item) { values.append(value) }
                for part in item.items(.contentSequence) { try note(part) }
            case "TEXT" where concept == MeasurementCodes.comment.value:
                text = String((try item.text(.textValue) ?? "").prefix(longestText)).replacing("\r\n", with: "\n")
                if text == noWords { text = "" }
                for part in item.items(.contentSequence) { try note(part) }
            default: break
            }
        }
        guard let first = coordinates.first, let series = series[first.image] else { return nil }
        let together = coordinates.filter { $0.image == first.image && $0.frame == first.frame }
        guard let drawn = kind ?? guess(together, values, text) else { return nil }
        var points = together.flatMap(\.points)
        if drawn == .rectangle || drawn == .freehand, points.count > 4, points.prefix(2) == points.suffix(2) {
            points.removeLast(2)
        }
        guard drawn.pointCount.map({ points.count == 2 * $0 }) ?? (6...mostNumbers - 2).contains(points.count),
            points.allSatisfy(\.isFinite)
        else { return nil }
        // Two lines that are one measure nothing, and could not be told apart once they were written.
        if drawn == .bidirectional || drawn == .cobb, points.prefix(4) == points.suffix(4) { return nil }
        return ImageMeasurement(
            id: id, kind: drawn, series: series, instance: first.image,
            frame: first.frame, points: points, text: text,
            known: drawn == .calibration ? values.first?.value : nil, values: values, userName: user)
    }

    /// What another's tool may have been, from the shape it left.
    private static func guess(
        _ coordinates: [Coordinates], _ values: [ImageMeasurement.Value], _ text: String
    ) -> ImageMeasurement.Kind? {
        let points = coordinates.flatMap(\.points)
        guard let first = coordinates.first else { return nil }
        switch (first.type, coordinates.count) {
        case ("POINT", 1): return values.isEmpty ? .text : .probe
        case ("ELLIPSE", 1): return .ellipse
        case ("POLYLINE", 2):
            return values.contains { $0.name == .longAxis || $0.name == .shortAxis } ? .bidirectional : .cobb
        case ("POLYLINE", 1):
            if points.count == 4 { return values.isEmpty ? .arrow : .length }
            if points.count == 6 { return .angle }
            return points.prefix(2) == points.suffix(2) ? .freehand : nil
        default: return nil
        }
    }

    // MARK: Items

    private static func code(of item: DataSet) throws -> (value: String, scheme: String)? {
        guard let code = item.items(.conceptNameCodeSequence).first else { return nil }
        return (try code.string(.codeValue) ?? "", try code.string(.codingSchemeDesignator) ?? "")
    }

    private static func person(_ item: DataSet) throws -> String {
        String((try item.string(.personNameValue) ?? "").prefix(longestText))
    }

    private static func tool(_ item: DataSet) throws -> ImageMeasurement.Kind? {
        guard let code = item.items(.conceptCodeSequence).first,
            try code.string(.codingSchemeDesignator) == MeasurementCodes.ownScheme
        else { return nil }
        return ImageMeasurement.Kind(rawValue: (try code.string(.codeValue) ?? "").lowercased())
    }

    private static func value(_ item: DataSet) throws -> ImageMeasurement.Value? {
        guard let measured = item.items(.measuredValueSequence).first,
            let number = try measured.numbers(.floatingPointValue).first ?? measured.numbers(.numericValue).first,
            number.isFinite, let concept = try code(of: item)
        else { return nil }
        var derivation: String?
        for part in item.items(.contentSequence)
        where try code(of: part)?.value == MeasurementCodes.derivation.value {
            derivation = try part.items(.conceptCodeSequence).first?.string(.codeValue)
        }
        guard let name = MeasurementCodes.quantity(concept: concept.value, derivation: derivation) else { return nil }
        let unit = try measured.items(.measurementUnitsCodeSequence).first?.string(.codeValue) ?? "1"
        return ImageMeasurement.Value(name: name, value: number, unit: String(unit.prefix(longestUnit)))
    }

    private static func coordinates(_ item: DataSet) throws -> Coordinates? {
        guard try item.string(.valueType) == "SCOORD", let type = try item.string(.graphicType) else { return nil }
        let numbers = try item.numbers(.graphicData)
        guard !numbers.isEmpty, numbers.count.isMultiple(of: 2), numbers.count <= mostNumbers else { return nil }
        for part in item.items(.contentSequence) {
            guard let referenced = part.items(.referencedSOPSequence).first,
                let uid = try referenced.string(.referencedSOPInstanceUID).flatMap(SOPInstanceUID.init(rawValue:))
            else { continue }
            let frame = try referenced.integer(.referencedFrameNumber) ?? 1
            return frame < 1 ? nil : Coordinates(type: type, points: numbers.map(Float.init), image: uid, frame: frame)
        }
        return nil
    }

    private static func seriesOfEvidence(_ dataSet: DataSet) throws -> [SOPInstanceUID: SeriesInstanceUID] {
        var found: [SOPInstanceUID: SeriesInstanceUID] = [:]
        for study in dataSet.items(.currentRequestedProcedureEvidenceSequence) {
            for series in study.items(.referencedSeriesSequence) {
                guard let uid = try series.string(.seriesInstanceUID).flatMap(SeriesInstanceUID.init(rawValue:)) else {
                    continue
                }
                for item in series.items(.referencedSOPSequence) {
                    let image = try item.string(.referencedSOPInstanceUID).flatMap(SOPInstanceUID.init(rawValue:))
                    if let image { found[image] = uid }
                }
            }
        }
        return found
    }
}
