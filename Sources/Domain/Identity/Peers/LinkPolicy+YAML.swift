// A parent's `link:` in the file of peers.

import Vocabulary

extension LinkPolicy {
    /// Reads
    ///
    /// ```yaml
    /// link:
    ///   associations: {least: 1, most: 8}
    ///   limit: 20 Mbit/s                  # left out: whatever the line gives
    ///   windows:                          # the first that holds counts
    ///     - days: [mon, tue, wed, thu, fri] # left out: every day
    ///       from: 08:00
    ///       to: 17:30                     # before `from`: on the day after
    ///       factor: 0.5                   # or  limit: 4 Mbit/s,  or  limit: none
    ///   congestionControl: bbr            # bbr, cubic, reno or system
    ///   compression: jpeg-ls              # or none
    ///   compressionModalities: [CT, MR]   # left out: all
    ///   compressionMinimumBytes: 16384
    /// ```
    init(yaml: YAMLMapping) throws {
        var yaml = yaml
        self.init()
        if let bounds = try yaml.mapping("associations", what: "'associations'") {
            associations = try Self.associations(bounds, default: associations)
        }
        limit = try yaml.optionalValue("limit", Self.rateForm, Self.rate) ?? nil
        windows = try yaml.mappings("windows", what: "a window").map { try LinkWindow(yaml: $0, of: limit) }
        congestionControl =
            try yaml.optionalValue("congestionControl", "one of bbr, cubic, reno, system") {
                Self.congestionControls.contains($0) ? $0 : nil
            } ?? congestionControl
        compression =
            try yaml.optionalValue("compression", "one of none, jpeg-ls", Compression.init(rawValue:)) ?? compression
        compressionModalities = Set(
            try yaml.values("compressionModalities", "a modality in capital letters, such as CT") { text in
                let isCode = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
                return isCode && (1...16).contains(text.utf8.count) ? text : nil
            })
        compressionMinimumBytes =
            try yaml.optionalValue("compressionMinimumBytes", "a number of bytes, 0 or more") { text in
                Int64(text).flatMap { $0 >= 0 ? $0 : nil }
            } ?? compressionMinimumBytes
        try yaml.finish(
            known: "associations, limit, windows, congestionControl, compression, compressionModalities, "
                + "compressionMinimumBytes")
    }

    static let rateForm = "a rate such as 20 Mbit/s (kbit/s, Mbit/s, Gbit/s; from 8 kbit/s), or none"

    static func rate(_ text: String) -> DataRate?? {
        if text == "none" { return .some(nil) }
        return DataRate(text).map { .some($0) }
    }

    private static func associations(_ yaml: YAMLMapping, default usual: ClosedRange<Int>) throws -> ClosedRange<Int> {
        var yaml = yaml
        func count(_ key: String) throws -> Int? {
            try yaml.optionalValue(key, "a number between 1 and \(associationsAllowed.upperBound)") { text in
                Int(text).flatMap { associationsAllowed.contains($0) ? $0 : nil }
            }
        }
        let least = try count("least")
        let most = try count("most")
        try yaml.finish(known: "least, most")
        let upper = most ?? max(usual.upperBound, least ?? 1)
        let lower = least ?? min(usual.lowerBound, upper)
        guard lower <= upper else { throw yaml.fault("'least' is \(lower), which is more than 'most', \(upper)") }
        return lower...upper
    }
}

extension LinkWindow {
    fileprivate init(yaml: YAMLMapping, of limit: DataRate?) throws {
        var yaml = yaml
        let form = "a time of day such as 08:30"
        let days = try yaml.values("days", "one of mon, tue, wed, thu, fri, sat, sun", Weekday.init(rawValue:))
        let from = try yaml.value("from", form) { text in
            LinkWindow.minutes(text).flatMap { $0 < LinkWindow.minutesPerDay ? $0 : nil }
        }
        let to = try yaml.value("to", form, LinkWindow.minutes)
        let rate = try yaml.optionalValue("limit", LinkPolicy.rateForm, LinkPolicy.rate)
        let factor = try yaml.optionalValue("factor", "a number above 0 and at most 1") { text in
            Double(text).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
        }
        try yaml.finish(known: "days, from, to, limit, factor")
        self.init(
            days: days.isEmpty ? Set(Weekday.allCases) : Set(days), from: from, to: to,
            rate: try Self.rate(limit: rate, factor: factor, of: limit, in: yaml))
        guard from != to else { throw yaml.fault("'from' and 'to' are the same time; use 00:00 and 24:00 for a day") }
    }

    private static func rate(
        limit: DataRate??, factor: Double?, of whole: DataRate?, in yaml: YAMLMapping
    ) throws -> Rate {
        switch (limit, factor) {
        case (.some(let limit), nil): return limit.map { .limit($0) } ?? .unlimited
        case (nil, let factor?):
            guard whole != nil else {
                throw yaml.fault("'factor' is a part of the link's 'limit', which is not given; say 'limit' here")
            }
            return .factor(factor)
        default: throw yaml.fault("a window needs exactly one of 'limit' and 'factor'")
        }
    }
}
