// Measurements as JSON.

import DICOM
import Foundation
import Reading
import StudyFlow
import Vocabulary

struct MeasurementAnswer: Encodable, Sendable {
    struct Measurement: Encodable, Sendable {
        var id: String
        var kind: ImageMeasurement.Kind
        var seriesInstanceUID: SeriesInstanceUID
        var sopInstanceUID: SOPInstanceUID
        var frame: Int
        var points: [Float]
        var text: String?
        var known: Double?
        var results: [ImageMeasurement.Value]
        var window: ImageMeasurement.Window?
        var area: [Int]?
        /// Display name of who drew it.
        var by: String?

        init(_ measurement: ImageMeasurement) {
            id = measurement.id
            kind = measurement.kind
            seriesInstanceUID = measurement.series
            sopInstanceUID = measurement.instance
            frame = measurement.frame
            points = measurement.points
            text = measurement.text.isEmpty ? nil : measurement.text
            known = measurement.known
            results = measurement.values
            window = measurement.window
            area = measurement.area
            by = measurement.userName.isEmpty ? nil : measurement.userName
        }
    }

    var source: StudyMeasurements.Source
    var taskID: String?
    var revision: Int
    var measurements: [Measurement]
    /// The structured report that holds just these.
    var storedAs: SOPInstanceUID?

    init(_ measured: StudyMeasurements) {
        source = measured.source
        taskID = measured.task?.rawValue
        revision = measured.revision
        measurements = measured.measurements.map(Measurement.init)
        storedAs = measured.storedAs
    }

    /// As they were kept just now.
    init(_ task: TaskID, _ set: MeasurementSet) {
        source = .task
        taskID = task.rawValue
        revision = set.revision
        measurements = set.measurements.map(Measurement.init)
    }
}

struct MeasurementRequest: Decodable {
    struct Measurement: Decodable {
        var id: String
        var kind: ImageMeasurement.Kind
        var sopInstanceUID: SOPInstanceUID
        var frame: Int?
        var points: [Double]
        var text: String?
        var known: Double?
        var results: [ImageMeasurement.Value]?
        var window: ImageMeasurement.Window?
        var area: [Int]?
    }

    var revision: Int
    var measurements: [Measurement]
}

struct StoredMeasurementsAnswer: Encodable, Sendable {
    struct Instance: Encodable, Sendable {
        var sopClassUID: SOPClass
        var seriesInstanceUID: SeriesInstanceUID
        var sopInstanceUID: SOPInstanceUID
    }

    var instances: [Instance]
}
