// The time on the wall.

import Foundation

/// China keeps one time zone, without summer time. Pages and reports show it whatever a server's own setting is: a report
/// timed in UTC would be eight hours wrong on paper.
package enum CivilTime {
    package static let secondsFromGMT = 8 * 3600
    package static let timeZone = TimeZone(secondsFromGMT: secondsFromGMT) ?? .gmt
}
