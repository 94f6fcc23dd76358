// How a measurement is said in codes.

import Vocabulary

/// A concept: value, scheme, meaning.
struct SRCode: Hashable, Sendable {
    var value: String
    var scheme: String
    var meaning: String

    init(_ value: String, _ scheme: String, _ meaning: String) {
        self.value = value
        self.scheme = scheme
        self.meaning = meaning
    }

    var item: DataSetBuilder { SRItem.code(value, scheme, meaning) }
}

enum MeasurementCodes {
    static let report = SRCode("126000", "DCM", "Imaging Measurement Report")
    static let measurements = SRCode("126010", "DCM", "Imaging Measurements")
    static let group = SRCode("125007", "DCM", "Measurement Group")
    static let trackingIdentifier = SRCode("112039", "DCM", "Tracking Identifier")
    static let trackingUID = SRCode("112040", "DCM", "Tracking Unique Identifier")
    static let method = SRCode("370129005", "SCT", "Measurement Method")
    static let region = SRCode("111030", "DCM", "Image Region")
    static let source = SRCode("121112", "DCM", "Source of Measurement")
    static let comment = SRCode("121106", "DCM", "Comment")
    static let derivation = SRCode("121401", "DCM", "Derivation")
    static let observerName = SRCode("121008", "DCM", "Person Observer Name")
    static let ownScheme = "99JIELI"

    /// Our tools, so that a measurement is reopened as what it was drawn as.
    static func tool(_ kind: ImageMeasurement.Kind) -> SRCode {
        SRCode(kind.rawValue.uppercased(), ownScheme, "Drawn as \(kind.rawValue)")
    }

    /// The concept of a number, and what it was derived by (PS3.16 TID 1419) where several are of one concept.
    static func quantity(
        _ value: ImageMeasurement.Value
    ) -> (concept: SRCode, derivation: SRCode?) {
        switch value.name {
        case .length: (SRCode("410668003", "SCT", "Length"), nil)
        case .longAxis: (SRCode("103339001", "SCT", "Long axis"), nil)
        case .shortAxis: (SRCode("103340004", "SCT", "Short axis"), nil)
        case .angle: (SRCode("1483009", "SCT", "Angle"), nil)
        case .cobb: (SRCode("285285000", "SCT", "Cobb angle"), nil)
        case .area: (SRCode("42798000", "SCT", "Area"), nil)
        case .mean: (intensity(value.unit), SRCode("373098007", "SCT", "Mean"))
        case .deviation: (intensity(value.unit), SRCode("386136009", "SCT", "Standard Deviation"))
        case .minimum: (intensity(value.unit), SRCode("255605001", "SCT", "Minimum"))
        case .maximum: (intensity(value.unit), SRCode("56851009", "SCT", "Maximum"))
        case .value: (intensity(value.unit), nil)
        case .time, .velocity, .depth, .frequency:
            (SRCode(value.name.rawValue.uppercased(), ownScheme, "Difference of \(value.name.rawValue)"), nil)
        }
    }

    /// Hounsfield units are of one thing only; what other modalities' values are, only they know.
    private static func intensity(_ unit: String) -> SRCode {
        unit == "[hnsf'U]"
            ? SRCode("112031", "DCM", "Attenuation Coefficient")
            : SRCode("PIXELVALUE", ownScheme, "Modality pixel value")
    }

    static func unit(_ unit: String) -> SRCode {
        let meanings = [
            "mm": "millimeter", "mm2": "square millimeter", "deg": "degree", "[hnsf'U]": "Hounsfield unit",
            "1": "no units", "{pixels}": "pixels", "{square_pixels}": "square pixels", "s": "second",
            "cm/s": "centimeter/second", "Hz": "hertz",
        ]
        return SRCode(unit, "UCUM", meanings[unit] ?? unit)
    }

    /// What a coded number is, for a document that somebody wrote.
    static func quantity(concept: String, derivation: String?) -> ImageMeasurement.Quantity? {
        let derived: [String: ImageMeasurement.Quantity] = [
            "373098007": .mean, "R-00317": .mean, "386136009": .deviation, "R-10047": .deviation,
            "255605001": .minimum, "R-404FB": .minimum, "56851009": .maximum, "G-A437": .maximum,
        ]
        if let derivation, let found = derived[derivation] { return found }
        let concepts: [String: ImageMeasurement.Quantity] = [
            "410668003": .length, "G-D7FE": .length, "103339001": .longAxis, "G-A185": .longAxis,
            "103340004": .shortAxis, "G-A186": .shortAxis, "1483009": .angle, "285285000": .cobb, "42798000": .area,
            "G-A166": .area, "112031": .value, "PIXELVALUE": .value, "TIME": .time, "VELOCITY": .velocity,
            "DEPTH": .depth, "FREQUENCY": .frequency,
        ]
        return concepts[concept] ?? derived[concept]
    }
}
