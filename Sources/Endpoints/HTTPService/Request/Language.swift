// The language a person reads.

import Foundation
import Hummingbird

/// Chinese first, English second.
package enum Language: String, Hashable, Codable, Sendable, CaseIterable {
    case chinese = "zh"
    case english = "en"

    /// For the `lang` attribute and `Content-Language`.
    package var tag: String { self == .chinese ? "zh-CN" : "en" }

    package static let cookieName = "jieli_language"

    /// `?lang=` wins, then the cookie that the language switch set, then what the browser asks for, then Chinese.
    init(request: Request) {
        if let chosen = request.uri.queryParameters["lang"].flatMap({ Language(rawValue: String($0)) }) {
            self = chosen
        } else if let chosen = request.cookies[Self.cookieName].flatMap({ Language(rawValue: $0.value) }) {
            self = chosen
        } else {
            self = request.headers[.acceptLanguage].flatMap(Self.init(acceptLanguage:)) ?? .chinese
        }
    }

    /// RFC 9110 12.5.4: the supported language with the highest weight.
    init?(acceptLanguage: String) {
        var best: (language: Language, weight: Double)?
        for item in acceptLanguage.split(separator: ",").prefix(20) {
            let parts = item.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let tag = parts.first?.lowercased(),
                let language = Language(rawValue: String(tag.prefix { $0 != "-" }))
            else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > (best?.weight ?? 0) { best = (language, weight) }
        }
        guard let best else { return nil }
        self = best.language
    }
}

/// One sentence in both languages.
package struct Sentence: Hashable, Sendable {
    package var chinese: String
    package var english: String

    package init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    package func text(in language: Language) -> String { language == .chinese ? chinese : english }
}
