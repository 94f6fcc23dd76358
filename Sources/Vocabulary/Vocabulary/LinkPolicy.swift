// How the link to one parent is used.

/// What `peers.yaml` says under a parent's `link:`.
package struct LinkPolicy: Hashable, Sendable, CustomStringConvertible {
    /// What is done to instances before they travel.
    package enum Compression: String, Hashable, Sendable, CaseIterable {
        case none
        /// JPEG-LS lossless, where it decodes back to what was acquired.
        case jpegLS = "jpeg-ls"
    }

    package static let associationsAllowed = 1...32
    package static let congestionControls = ["bbr", "cubic", "reno", "system"]

    /// How many associations may carry images at once; the number between follows what the link yields.
    package var associations = 1...8
    /// Of image bytes, over all associations together; `nil`: whatever the line gives.
    package var limit: DataRate?
    /// The first that holds counts; outside all of them, `limit`.
    package var windows: [LinkWindow] = []
    /// TCP congestion control, where the kernel has it; "system" leaves the kernel's own.
    package var congestionControl = "bbr"
    package var compression = Compression.none
    /// (0008,0060) of what is compressed; empty: everything.
    package var compressionModalities: Set<String> = []
    /// Data sets below this many bytes travel as they are.
    package var compressionMinimumBytes: Int64 = 16 << 10

    package init() {}

    /// What the link may carry at `time`; `nil`: whatever the line gives.
    package func limit(at time: Timestamp) -> DataRate? {
        guard let window = windows.first(where: { $0.contains(time) }) else { return limit }
        switch window.rate {
        case .limit(let rate): return rate
        case .factor(let factor): return limit.map { $0 * factor }
        case .unlimited: return nil
        }
    }

    package var description: String {
        var parts = ["\(associations.lowerBound) to \(associations.upperBound) associations"]
        parts.append(limit.map { "at most \($0)" } ?? "no limit")
        parts += windows.map(\.description)
        parts.append(congestionControl)
        if compression != .none {
            let what = compressionModalities.isEmpty ? "all" : compressionModalities.sorted().joined(separator: " ")
            parts.append("\(compression.rawValue) (\(what), from \(compressionMinimumBytes) bytes)")
        }
        return parts.joined(separator: "; ")
    }

    /// For the socket; `nil` leaves the kernel's own.
    package var socketCongestionControl: String? { congestionControl == "system" ? nil : congestionControl }
}
