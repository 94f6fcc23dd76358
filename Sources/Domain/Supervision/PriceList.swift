// What a reading costs.

import Vocabulary
import WrittenRules

/// Prices by modality and by who reads; the first entry that fits counts. Amounts are whole hundredths (分).
package struct PriceList: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// (0008,0060); empty: any.
        package var modalities: Set<String>
        /// The node that reads; `nil`: any.
        package var reader: NodeName?
        package var price: Int
    }

    package var currency: String
    package var entries: [Entry]
    /// Of what no entry fits.
    package var other: Int

    package init(currency: String = "元", entries: [Entry] = [], other: Int = 0) {
        self.currency = currency
        self.entries = entries
        self.other = other
    }

    package func price(of modality: String, readAt reader: NodeName) -> Int {
        entries.first { entry in
            (entry.modalities.isEmpty || entry.modalities.contains(modality))
                && (entry.reader == nil || entry.reader == reader)
        }?.price ?? other
    }

    /// `1234` → `12.34`.
    package static func text(_ amount: Int) -> String {
        let (whole, rest) = (abs(amount) / 100, abs(amount) % 100)
        return "\(amount < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Reads `currency`, `prices` and `other`; `deploy/config/prices.yaml` shows each key.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RuleFault` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        self.init()
        guard let root = try RuleNode.root(of: text, file: file) else { return }
        let keys = try root.fields("the file", ["currency", "prices", "other"])
        if let given = keys["currency"] {
            currency = try given.value("currency", "a text of 1 to 10 characters") {
                (1...10).contains($0.count) ? $0 : nil
            }
        }
        if let given = keys["other"] { other = try Self.amount(given, "other") }
        entries = try (keys["prices"]?.items("prices") ?? []).map { node in
            let keys = try node.fields("a price", ["modality", "reader", "price"])
            let modalities = try keys["modality"]?.oneOrMany("modality").map { item in
                try item.value("modality", "codes such as CT, MR or DX") { text -> String? in
                    let code = text.uppercased()
                    return (2...16).contains(code.utf8.count) && code.allSatisfy { $0.isLetter || $0.isNumber }
                        ? code : nil
                }
            }
            return Entry(
                modalities: Set(modalities ?? []),
                reader: try keys["reader"]?.value("reader", "a node's name", NodeName.init(rawValue:)),
                price: try Self.amount(node.required("price", of: keys, "a price"), "price"))
        }
    }

    private static func amount(_ node: RuleNode, _ name: String) throws -> Int {
        try node.value(name, "an amount such as 35 or 35.50, at most 1000000") { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), let whole = Int(parts[0]), (0...1_000_000).contains(whole),
                !parts[0].hasPrefix("+"), !parts[0].hasPrefix("-")
            else { return nil }
            guard parts.count == 2 else { return whole * 100 }
            guard (1...2).contains(parts[1].count), parts[1].allSatisfy(\.isNumber), let rest = Int(parts[1]) else {
                return nil
            }
            return whole * 100 + (parts[1].count == 1 ? rest * 10 : rest)
        }
    }
}

/// Who read how many of what for whom, and what that comes to.
package struct SettlementLine: Hashable, Sendable {
    /// Who read, and is paid.
    package var reader: NodeName
    /// Whose studies, and who pays.
    package var origin: NodeName
    package var modality: String
    package var studies: Int
    package var minutes: Double
    package var price: Int
    package var amount: Int { price * studies }
}

extension FigureSheet {
    /// What was read for others, in the order of readers, payers and modalities.
    package func settlement(_ prices: PriceList) -> [SettlementLine] {
        struct Key: Hashable {
            var reader: NodeName
            var origin: NodeName
            var modality: String
        }
        var lines: [Key: SettlementLine] = [:]
        for row in rows where row.key.owner != row.key.origin && row.figures.studies > 0 {
            let key = Key(reader: row.key.owner, origin: row.key.origin, modality: row.key.modality)
            var line =
                lines[key]
                ?? SettlementLine(
                    reader: key.reader, origin: key.origin, modality: key.modality, studies: 0, minutes: 0,
                    price: prices.price(of: key.modality, readAt: key.reader))
            line.studies += row.figures.studies
            line.minutes += row.figures.minutes
            lines[key] = line
        }
        return lines.values.sorted {
            ($0.reader, $0.origin, $0.modality) < ($1.reader, $1.origin, $1.modality)
        }
    }
}
