// The time on the wall.

import Foundation

/// China keeps one time zone, without summer time. Pages and reports show it whatever a server's own setting is: a report
/// timed in UTC would be eight hours wrong on paper.
package enum CivilTime {
    package static let secondsFromGMT = 8 * 3600
    package static let timeZone = TimeZone(secondsFromGMT: secondsFromGMT) ?? .gmt

    /// `2026-11-21 20:00`, as people write a moment.
    package static func minute(of time: Timestamp) -> String {
        let day = CivilDate(of: time)
        let minutes = (time.milliseconds - day.start.milliseconds) / 60_000
        func padded(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(day) \(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}
