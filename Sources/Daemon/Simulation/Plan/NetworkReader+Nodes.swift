// Groups of alike nodes, written once.

import Roster
import Routing
import Vocabulary
import WrittenRules

extension NetworkReader {
    func nodes(
        _ list: RuleNode, tiers: [String], mixes: [String: StudyMix], hours: [String: [Double]]
    ) throws -> [PlannedNode] {
        var groups: [String: [NodeName]] = [:]
        var nodes: [PlannedNode] = []
        for entry in try list.items("nodes") {
            let fields = try entry.fields(
                "a node", ["name", "count", "tier", "parent", "arrivals", "shifts", "rules", "link"])
            let name = try entry.required("name", of: fields, "a node").text("name")
            let count = try fields["count"].map { try self.count($0, "count", 1...5000) }
            let tierNode = try entry.required("tier", of: fields, "a node")
            let tier = try tierNode.value("tier", "one of \(tiers.joined(separator: ", "))") { text in
                tiers.contains(text) ? text : nil
            }
            let parents = try fields["parent"].map { node in
                let name = try node.text("parent")
                guard let members = groups[name] else {
                    throw node.fault(
                        .unknownName, "no node above is named '\(name)'; parents come before their children")
                }
                return members
            }
            let members = try (1...(count ?? 1)).map { number in
                guard let member = NodeName(rawValue: count == nil ? name : "\(name)-\(number)") else {
                    throw entry.fault(
                        .wrongValue, "'\(name)' is not a node name (lower-case letters, digits and hyphens)")
                }
                return member
            }
            guard groups[name] == nil else { throw entry.fault(.duplicateName, "another node is named '\(name)'") }
            groups[name] = members
            let arrivals = try fields["arrivals"].map { try self.arrivals($0, mixes: mixes, hours: hours) }
            let rules = try fields["rules"].map { node in
                let file = try node.text("rules")
                return try RoutingRules(yaml: try read(file), file: file)
            }
            let link = try fields["link"].map(self.link) ?? PlannedLink()
            for (index, member) in members.enumerated() {
                let parent = parents.map { $0[index % $0.count] }
                let sisters = members.indices.filter { other in
                    parents.map { $0[other % $0.count] } == parent
                }.map { members[$0] }
                let own = sisters.firstIndex(of: member) ?? 0
                let sister = sisters.count > 1 ? sisters[(own + 1) % sisters.count] : nil
                nodes.append(
                    PlannedNode(
                        name: member, tier: tier, parent: parent, arrivals: arrivals,
                        roster: try fields["shifts"].map { try roster($0, of: member) },
                        rules: (rules ?? RoutingRules()).naming(parent: parent, sister: sister), link: link,
                        sister: sister))
            }
        }
        return nodes
    }

    private func arrivals(
        _ node: RuleNode, mixes: [String: StudyMix], hours: [String: [Double]]
    ) throws -> Arrivals {
        let fields = try node.fields("'arrivals'", ["perDay", "weekend", "mix", "hours"])
        func known<Value>(_ node: RuleNode, _ key: String, _ values: [String: Value]) throws -> Value {
            let name = try node.text(key)
            guard let value = values[name] else {
                throw node.fault(
                    .unknownName,
                    "there is no '\(name)' under '\(key)'; there are \(values.keys.sorted().joined(separator: ", "))")
            }
            return value
        }
        return Arrivals(
            perDay: try number(try node.required("perDay", of: fields, "'arrivals'"), "perDay", 0.01...100_000),
            weekend: try fields["weekend"].map { try number($0, "weekend", 0...10) } ?? 1,
            mix: try known(try node.required("mix", of: fields, "'arrivals'"), "mixes", mixes),
            hours: try fields["hours"].map { try known($0, "hours", hours) } ?? Arrivals.evenly)
    }

    private func link(_ node: RuleNode) throws -> PlannedLink {
        let fields = try node.fields("'link'", ["minutes", "outagesPerMonth", "outageMinutes"])
        return PlannedLink(
            minutes: try fields["minutes"].map { try number($0, "minutes", 0...1440) } ?? 2,
            outagesPerMonth: try fields["outagesPerMonth"].map { try number($0, "outagesPerMonth", 0...1000) } ?? 0,
            outageMinutes: try fields["outageMinutes"].map { try number($0, "outageMinutes", 1...43_200) } ?? 60)
    }

    /// `{days: mon-fri, from: "08:00", to: "17:30", readers: 4, modalities: [CT, MR], pace: 1.2}`: people of their own.
    private func roster(_ list: RuleNode, of node: NodeName) throws -> Roster {
        var readers: [RosterReader] = []
        var shifts: [Shift] = []
        for (index, entry) in try list.items("shifts").enumerated() {
            let fields = try entry.fields("a shift", ["days", "from", "to", "readers", "modalities", "pace"])
            let count = try self.count(
                try entry.required("readers", of: fields, "a shift"), "readers", 0...2000)
            let people = (0..<count).map { "\(node)-\(index + 1)-\($0 + 1)" }
            let modalities = try fields["modalities"].map { node in
                Set(try node.oneOrMany("modalities").map { try $0.text("modalities") })
            }
            let pace = try fields["pace"].map { try number($0, "pace", 0.2...5) } ?? 1
            readers += people.map { RosterReader(name: $0, modalities: modalities, pace: pace) }
            let from = try entry.required("from", of: fields, "a shift").timeOfDay("from")
            let to = try entry.required("to", of: fields, "a shift").timeOfDay("to")
            guard from != to else {
                throw entry.fault(.wrongValue, "a shift's 'from' and 'to' are the same; use 00:00 and 24:00")
            }
            shifts.append(
                Shift(
                    name: "\(index + 1)", days: try fields["days"]?.weekdays("days") ?? Set(Weekday.allCases),
                    from: from, to: to, readers: people))
        }
        return Roster(readers: readers, shifts: shifts)
    }
}

extension RoutingRules {
    /// With the words of a group put into the names of one of its nodes. A rule that names nobody is left out.
    func naming(parent: NodeName?, sister: NodeName?) -> RoutingRules {
        RoutingRules(
            rules: rules.compactMap { rule in
                guard case .forward(let destinations) = rule.consequence else { return rule }
                let named = destinations.compactMap { destination -> NodeName? in
                    switch destination.rawValue {
                    case "parent": parent
                    case "sister": sister
                    default: destination
                    }
                }
                guard !named.isEmpty else { return nil }
                var rule = rule
                rule.consequence = .forward(named)
                return rule
            })
    }
}
