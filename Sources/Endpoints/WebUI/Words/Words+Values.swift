// Values as people read them.

import Foundation
import HTTPService
import Reading
import Vocabulary
import Workload

extension Words {
    func label(_ priority: Priority) -> String { self["priority.\(priority.rawValue)"] }
    func label(_ tier: Tier) -> String { self["tier.\(tier.rawValue)"] }
    func label(_ role: UserRole) -> String { self["role.\(role.rawValue)"] }
    func label(_ rule: WorkTypeRule) -> String { language == .chinese ? rule.chinese : rule.english }
    func label(_ state: ReadingTaskState) -> String { self["state.\(state.rawValue)"] }

    /// `32.1 MB`, in thousands as disks are sold.
    func bytes(_ count: Int64) -> String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var value = Double(count)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let digits = unit == 0 || value >= 99.95 ? 0 : 1
        return "\(value.formatted(.number.precision(.fractionLength(digits)).grouping(.never))) \(units[unit])"
    }

    /// How long ago, by the largest unit that fits; the page's script keeps it up to date.
    func age(_ duration: Duration) -> String {
        let seconds = max(0, duration.milliseconds / 1000)
        return switch seconds {
        case ..<60: self("time.seconds", ["count": seconds])
        case ..<3600: self("time.minutes", ["count": seconds / 60])
        case ..<(48 * 3600): self("time.hours", ["count": seconds / 3600])
        default: self("time.days", ["count": seconds / 86400])
        }
    }

    /// How long something will take: `40 秒`, `12 分钟`, `3 小时`; never less than a second.
    func span(_ duration: Duration) -> String {
        let seconds = max(1, duration.seconds)
        return switch seconds {
        case ..<90: self("time.seconds", ["count": Int(seconds.rounded(.up))])
        case ..<5400: self("time.minutes", ["count": Int((seconds / 60).rounded(.up))])
        default: self("time.hours", ["count": Int((seconds / 3600).rounded(.up))])
        }
    }

    /// Minutes by `CivilTime`; the page's script shows the browser's.
    func time(_ timestamp: Timestamp) -> String { CivilTime.minute(of: timestamp) }
}
