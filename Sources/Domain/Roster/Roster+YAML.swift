// Reading a roster from YAML, with the place of every mistake.

import Vocabulary
import WrittenRules

extension Roster {
    /// Reads
    ///
    /// ```yaml
    /// readers:
    ///   - name: zhang.wei               # the account
    ///     rights: [write, verify]       # left out: as the account's role says
    ///     modalities: [CT, MR]          # left out: all
    ///     regions: [head, spine]        # left out: all (see BodyRegion)
    ///     institutions: [paotai]        # left out: all; issuers of patient IDs
    ///     pace: 1.2                     # takes 1.2 times the usual minutes; left out: 1
    /// shifts:
    ///   - name: 白班
    ///     days: mon-fri                 # left out: every day; or `dates:` for single dates
    ///     from: 08:00
    ///     to: 17:30                     # not after `from`: on the day after
    ///     off: [2027-02-05..2027-02-11] # left out: none
    ///     readers: [zhang.wei]          # may be empty: shown as uncovered
    ///     workTypes: [emergency-dr]     # left out: all
    /// mustCover: [emergency-dr]         # somebody must be there at every hour
    /// ```
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: `RosterError` whose message begins with `file:line:column`.
    package init(yaml text: String, file: String) throws {
        do {
            guard let root = try RuleNode.root(of: text, file: file) else {
                throw RosterError(
                    code: .badFile, message: "\(file):1:1: the roster is empty; it needs 'readers' and 'shifts'")
            }
            let fields = try root.fields("the roster", ["readers", "shifts", "mustCover"])
            let readers = try root.required("readers", of: fields, "the roster").items("readers").map(RosterReader.init)
            let shifts = try root.required("shifts", of: fields, "the roster").items("shifts").map(Shift.init)
            try Self.checkUnique(readers.map { ($0.name, $0.location) }, "reader")
            try Self.checkUnique(shifts.map { ($0.name, $0.location) }, "shift")
            self.init(
                readers: readers, shifts: shifts,
                mustCover: Set(
                    try fields["mustCover"]?.oneOrMany("mustCover").map { try $0.workType("mustCover") } ?? []))
            try checkReaders()
            try checkOverlaps()
        } catch let fault as RuleFault {
            throw RosterError(fault)
        }
    }

    /// Checks what a file can't know by itself: that each reader has an account that reads, and each work type exists.
    ///
    /// - Throws: `RosterError.unknownReader`, `.unknownWorkType`.
    package func validate(accounts: [String: Set<ReadingRight>], workTypes: Set<WorkType>) throws {
        for reader in readers {
            let place = reader.location.map { "\($0): " } ?? ""
            guard let rights = accounts[reader.name] else {
                throw RosterError(
                    code: .unknownReader,
                    message: "\(place)no account with a reading role is named '\(reader.name)'; add it with "
                        + "'jieli user add', or take the reader out")
            }
            if let excess = reader.rights?.subtracting(rights).first {
                throw RosterError(
                    code: .badFile,
                    message:
                        "\(place)'\(reader.name)' has the right '\(excess.rawValue)' here, which the account's role "
                        + "does not give")
            }
        }
        try validate(workTypes: workTypes)
    }

    /// - Throws: `RosterError.unknownWorkType`.
    package func validate(workTypes: Set<WorkType>) throws {
        let known = workTypes.sorted().map(\.rawValue).joined(separator: ", ")
        for shift in shifts {
            guard let unknown = shift.workTypes?.subtracting(workTypes).sorted().first else { continue }
            throw RosterError(
                code: .unknownWorkType,
                message: (shift.location.map { "\($0): " } ?? "")
                    + "shift '\(shift.name)' has the work type '\(unknown)', which does not exist; there are \(known)")
        }
        if let unknown = mustCover.subtracting(workTypes).sorted().first {
            throw RosterError(
                code: .unknownWorkType,
                message: "'mustCover' names the work type '\(unknown)', which does not exist; there are \(known)")
        }
    }

    private static func checkUnique(_ names: [(String, RulePlace?)], _ what: String) throws {
        var seen: Set<String> = []
        for (name, location) in names where !seen.insert(name).inserted {
            throw RosterError(
                code: .badFile,
                message: (location.map { "\($0): " } ?? "") + "another \(what) is named '\(name)' already")
        }
    }

    private func checkReaders() throws {
        for shift in shifts {
            for (index, name) in shift.readers.enumerated() {
                let place = shift.location.map { "\($0): " } ?? ""
                guard reader(name) != nil else {
                    throw RosterError(
                        code: .unknownReader,
                        message: "\(place)shift '\(shift.name)' has '\(name)', who is not among the 'readers'")
                }
                guard !shift.readers[..<index].contains(name) else {
                    throw RosterError(
                        code: .overlappingShifts, message: "\(place)shift '\(shift.name)' has '\(name)' twice")
                }
            }
        }
    }
}

// MARK: Entries

extension RosterReader {
    fileprivate init(_ node: RuleNode) throws {
        let fields = try node.fields(
            "a reader", ["name", "rights", "modalities", "regions", "institutions", "pace"])
        let rights = ReadingRight.allCases.map(\.rawValue).joined(separator: ", ")
        let regions = BodyRegion.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(
            name: try node.required("name", of: fields, "a reader").name("name"),
            rights: try fields["rights"]?.set("rights", rights, ReadingRight.init(rawValue:)),
            modalities: try fields["modalities"]?.set("modalities", "modalities in capital letters, such as CT") {
                text in
                let isCode = text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
                return isCode && (1...16).contains(text.utf8.count) ? text : nil
            },
            regions: try fields["regions"]?.set("regions", regions, BodyRegion.init(rawValue:)),
            institutions: try fields["institutions"]?.set("institutions", "an issuer of patient IDs") {
                $0.isEmpty ? nil : $0
            },
            pace: try fields["pace"]?.value("pace", "a number from 0.2 to 5") { text in
                Double(text).flatMap { (0.2...5).contains($0) ? $0 : nil }
            } ?? 1,
            location: node.location)
    }
}

extension Shift {
    fileprivate init(_ node: RuleNode) throws {
        let fields = try node.fields(
            "a shift", ["name", "days", "dates", "off", "from", "to", "readers", "workTypes"])
        let from = try node.required("from", of: fields, "a shift").timeOfDay("from")
        let to = try node.required("to", of: fields, "a shift").timeOfDay("to")
        guard from != to, from < LinkWindow.minutesPerDay else {
            throw node.fault(.wrongValue, "'from' and 'to' are the same time; use 00:00 and 24:00 for a whole day")
        }
        if fields["days"] != nil, let dates = fields["dates"] {
            throw dates.fault(.contradiction, "a shift has either 'days' or 'dates'")
        }
        self.init(
            name: try node.required("name", of: fields, "a shift").name("name"),
            days: try fields["days"]?.weekdays("days") ?? Set(Weekday.allCases),
            dates: try fields["dates"]?.dates("dates"), off: try fields["off"]?.dates("off") ?? [], from: from, to: to,
            readers: try node.required("readers", of: fields, "a shift").oneOrMany("readers").map {
                try $0.name("readers")
            },
            workTypes: try fields["workTypes"].map { list in
                Set(try list.oneOrMany("workTypes").map { try $0.workType("workTypes") })
            },
            location: node.location)
    }
}

extension RuleNode {
    fileprivate func name(_ key: String) throws -> String {
        try value(key, "a name of at most 64 characters") { (1...64).contains($0.count) ? $0 : nil }
    }

    fileprivate func workType(_ key: String) throws -> WorkType {
        try value(key, "a work type such as emergency-dr", WorkType.init(rawValue:))
    }

    fileprivate func set<Value: Hashable>(
        _ key: String, _ form: String, _ read: (String) -> Value?
    ) throws -> Set<Value> {
        let values = Set(try oneOrMany(key).map { try $0.value(key, form, read) })
        guard !values.isEmpty else { throw fault(.wrongValue, "'\(key)' is an empty list; leave it out for all") }
        return values
    }
}
