// A part of every day.

/// From one time of day to another, over midnight where the end comes first: `22:00-06:00`, by the time on the wall.
package struct DailyWindow: Hashable, Sendable, CustomStringConvertible {
    private let text: String
    /// Minutes after midnight.
    private let start: Int
    private let end: Int

    /// `nil` for anything but `HH:MM-HH:MM` with two different times.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { LinkWindow.minutes(String($0)) }
        guard parts.count == 2, let start = parts[0], let end = parts[1], start != end else { return nil }
        (self.text, self.start, self.end) = (text, start, end)
    }

    package func contains(_ time: Timestamp) -> Bool {
        let minute = Weekday.civil(time).minute
        return start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }

    package var description: String { text }
}
