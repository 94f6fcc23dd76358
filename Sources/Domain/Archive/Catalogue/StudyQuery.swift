// What pages and QIDO-RS ask the catalogue.

import Vocabulary

/// A range of dates (`YYYYMMDD`) or times (`HHMMSS`), ends included; `nil` is open.
package struct ValueRange: Hashable, Sendable {
    package var from: String?
    package var through: String?

    package init(from: String? = nil, through: String? = nil) {
        self.from = from
        self.through = through
    }

    /// PS3.4 C.2.2.2.5: `20260101`, `20260101-`, `-20260131`, `20260101-20260131`. `nil` for anything else.
    package init?(matching text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isNumeric = parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } }
        guard isNumeric, parts.contains(where: { !$0.isEmpty }) else { return nil }
        if parts.count == 1 {
            self.init(from: parts[0], through: parts[0])
        } else {
            self.init(from: parts[0].isEmpty ? nil : parts[0], through: parts[1].isEmpty ? nil : parts[1])
        }
    }
}

/// Which studies the asker may know of. "A node gets back only what its own subtree sent or was granted."
package enum StudyVisibility: Hashable, Sendable {
    case all
    case only(origins: Set<NodeName>, granted: Set<StudyInstanceUID> = [])
}

/// Studies that match all that is set. Texts may hold the wildcards `*` and `?` (PS3.4 C.2.2.2.4); names match
/// without regard to case, by any of their component groups: `Wang*` and `王*` both find `Wang^XiaoDong=王^小东`. A group in
/// hanzi also matches by its pinyin: `Wang^Xiao*` finds `王^小东`.
package struct StudyQuery: Hashable, Sendable {
    package enum Ordering: Hashable, Sendable {
        /// Newest arrival first.
        case arrival
        /// Newest Study Date and Time first.
        case studyDate
    }

    package static let largestPage = 500

    package var studies: [StudyInstanceUID] = []
    package var patientID: String?
    package var issuer: String?
    package var patientName: String?
    /// Words that must each begin a word of the name: hanzi, pinyin (whole, by syllable, initials) or Latin letters, without
    /// regard to case, accents, order and spaces.
    package var fuzzyPatientName: String?
    package var patientBirthDate: ValueRange?
    package var patientSex: String?
    package var studyDate: ValueRange?
    package var studyTime: ValueRange?
    package var accessionNumber: String?
    package var studyID: String?
    package var studyDescription: String?
    package var referringPhysician: String?
    package var institutionName: String?
    /// A study matches that holds any of these.
    package var modalities: [String] = []
    package var bodyPart: String?
    package var origins: [NodeName] = []
    package var receivedSince: Timestamp?
    /// Words that must all occur somewhere in name, patient ID, accession number, description, study ID or UID.
    package var freeText: String?
    package var visibility: StudyVisibility = .all
    /// Finds what was rejected or moved to another study, too.
    package var includesWithheld = false
    package var ordering: Ordering = .arrival
    /// At most `largestPage`.
    package var limit = 50
    package var offset = 0

    package init() {}
}

/// Series that match, in studies that match. `study.limit`, `.offset` and `.ordering` are not used; the ones here are.
package struct SeriesQuery: Hashable, Sendable {
    package var study = StudyQuery()
    package var series: [SeriesInstanceUID] = []
    package var modality: String?
    package var seriesNumber: Int?
    package var seriesDescription: String?
    package var bodyPart: String?
    package var performedProcedureStepStartDate: ValueRange?
    package var performedProcedureStepStartTime: ValueRange?
    package var scheduledProcedureStepID: String?
    package var requestedProcedureID: String?
    package var limit = 100
    package var offset = 0

    package init() {}
}

/// Instances that match, in series that match. `series.limit` and `.offset` are not used; the ones here are.
package struct InstanceQuery: Hashable, Sendable {
    package var series = SeriesQuery()
    package var sopInstances: [SOPInstanceUID] = []
    package var sopClasses: [SOPClass] = []
    package var instanceNumber: Int?
    package var limit = 500
    package var offset = 0

    package init() {}
}
