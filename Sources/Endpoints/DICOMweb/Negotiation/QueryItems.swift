// The query of a request.

import Foundation
import HTTPService
import Hummingbird

/// Names and values in their order, percent-decoded; names of several items may be equal.
struct QueryItems: Sendable {
    let items: [(name: String, value: String)]

    /// A plus sign is a space, as forms write it, but in `accept`: `application/dicom+json` is seldom escaped.
    init(_ query: String?) throws {
        items = try (query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].removingPercentEncoding
            let isForm = name != "accept"
            let raw = parts.count > 1 ? String(parts[1]) : ""
            let value = (isForm ? raw.replacing("+", with: " ") : raw).removingPercentEncoding
            guard let name, let value else {
                throw HTTPProblem.badParameter(
                    "?", Sentence("网址中的编码不正确", "the address is not percent-encoded properly"))
            }
            return (name, value)
        }
    }

    init(_ request: Request) throws { try self.init(request.uri.query) }

    /// `nil` where it is absent or empty.
    func first(_ name: String) -> String? {
        items.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Of all items with this name, split at commas.
    func list(_ name: String) -> [String] {
        items.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// A whole number in a range, or `nil` where it is absent.
    ///
    /// - Throws: 400 for anything else.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = first(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPProblem.badParameter(
                name,
                Sentence(
                    "参数 \(name) 应为 \(range.lowerBound) 到 \(range.upperBound) 之间的整数",
                    "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }
}
