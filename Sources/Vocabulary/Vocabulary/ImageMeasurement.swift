// What a reader measured on an image.

/// One measurement on one frame. Points are image coordinates with (0, 0) the top left corner of the first pixel (PS3.3
/// C.18.6.1), in single precision because that is what a SCOORD can keep: what is reopened is what was drawn.
package struct ImageMeasurement: Hashable, Codable, Sendable {
    package enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        case length, bidirectional, angle, cobb, rectangle, ellipse, freehand, probe, arrow, text, calibration

        /// Encloses pixels.
        package var isRegion: Bool { self == .rectangle || self == .ellipse || self == .freehand }

        /// `nil`: any number from three on.
        package var pointCount: Int? {
            switch self {
            case .probe, .text: 1
            case .length, .arrow, .calibration: 2
            case .angle: 3
            case .bidirectional, .cobb, .rectangle, .ellipse: 4
            case .freehand: nil
            }
        }
    }

    /// What a number is.
    package enum Quantity: String, Hashable, Codable, Sendable, CaseIterable {
        case length, longAxis, shortAxis, angle, cobb, area, mean, deviation, minimum, maximum, value
        case time, velocity, depth, frequency
    }

    package struct Value: Hashable, Codable, Sendable {
        package var name: Quantity
        package var value: Double
        /// UCUM.
        package var unit: String

        package init(name: Quantity, value: Double, unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// How the image was seen when it was measured.
    package struct Window: Hashable, Codable, Sendable {
        package var center: Double
        package var width: Double
        /// Small values white.
        package var inverted: Bool

        package init(center: Double, width: Double, inverted: Bool) {
            self.center = center
            self.width = width
            self.inverted = inverted
        }
    }

    /// A UID of its own, for life.
    package var id: String
    package var kind: Kind
    package var series: SeriesInstanceUID
    package var instance: SOPInstanceUID
    /// From 1.
    package var frame: Int
    /// Column, row, column, row.
    package var points: [Float]
    package var text: String
    /// Millimetres, of a calibration line.
    package var known: Double?
    package var values: [Value]
    package var window: Window?
    /// The part of the image that was on the screen, in pixels: left, top, right, bottom.
    package var area: [Int]?
    /// Who drew it: account and name; empty where nobody says.
    package var user: String
    package var userName: String

    package init(
        id: String, kind: Kind, series: SeriesInstanceUID, instance: SOPInstanceUID, frame: Int = 1, points: [Float],
        text: String = "", known: Double? = nil, values: [Value] = [], window: Window? = nil, area: [Int]? = nil,
        user: String = "", userName: String = ""
    ) {
        self.id = id
        self.kind = kind
        self.series = series
        self.instance = instance
        self.frame = frame
        self.points = points
        self.text = text
        self.known = known
        self.values = values
        self.window = window
        self.area = area
        self.user = user
        self.userName = userName
    }

    /// The same but for who drew it.
    package func says(theSameAs other: ImageMeasurement) -> Bool {
        var other = other
        (other.user, other.userName) = (user, userName)
        return self == other
    }
}
