// In which language a command speaks.

import Foundation

enum TerminalLanguage {
    case chinese, english

    /// As POSIX asks: LC_ALL, then LC_MESSAGES, then LANG.
    static var current: TerminalLanguage {
        let environment = ProcessInfo.processInfo.environment
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        return set?.hasPrefix("zh") == true ? .chinese : .english
    }

    func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }
}
