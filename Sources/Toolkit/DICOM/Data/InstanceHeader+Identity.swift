// Who an instance is, also where its data set does not quite say so.

import Vocabulary

import struct Crypto.SHA256

extension InstanceHeader {
    /// The four UIDs by which an instance is known.
    ///
    /// Real devices leave some out. Then a picture would be lost for the want of a name, so it gets one: the head of the
    /// file, or the command it came with, says class and instance; study and series that are not named, and an instance
    /// named at too great a length, are known by a UID made from what the data set does say. Every node makes the same.
    struct Identity {
        var sopClass: SOPClass
        var sopInstance: SOPInstanceUID
        var study: StudyInstanceUID
        var series: SeriesInstanceUID
        /// One of them does not stand in the data set.
        var isAssumed: Bool

        /// - Throws: `.malformed` where class or instance is not named at all, or something that is named is no UID.
        init(_ dataSet: DataSet, _ meta: FileMetaInformation) throws {
            let namedClass: (uid: SOPClass?, isAssumed: Bool) = try InstanceHeader.uid(
                dataSet, .sopClassUID, "SOP Class UID", else: meta.mediaStorageSOPClassUID)
            let instance: (uid: SOPInstanceUID?, isAssumed: Bool) = try InstanceHeader.uid(
                dataSet, .sopInstanceUID, "SOP Instance UID", else: meta.mediaStorageSOPInstanceUID)
            guard let sopClass = namedClass.uid else { throw Self.missing("SOP Class UID", .sopClassUID) }
            guard let sopInstance = instance.uid else { throw Self.missing("SOP Instance UID", .sopInstanceUID) }
            let study: (uid: StudyInstanceUID?, isAssumed: Bool) = try InstanceHeader.uid(
                dataSet, .studyInstanceUID, "Study Instance UID")
            let series: (uid: SeriesInstanceUID?, isAssumed: Bool) = try InstanceHeader.uid(
                dataSet, .seriesInstanceUID, "Series Instance UID")
            self.sopClass = sopClass
            self.sopInstance = sopInstance
            self.study = try study.uid ?? Self.assumedStudy(of: dataSet, sopInstance)
            self.series = try series.uid ?? Self.assumedSeries(of: dataSet, self.study)
            isAssumed = namedClass.isAssumed || instance.isAssumed || study.isAssumed || series.isAssumed
        }

        private static func missing(_ name: String, _ tag: Tag) -> DICOMError {
            DICOMError(code: .malformed, message: "the data set has no \(name) \(tag)")
        }

        /// Images of one patient at one time belong together; without patient or time, each is by itself.
        private static func assumedStudy(
            of dataSet: DataSet, _ instance: SOPInstanceUID
        ) throws -> StudyInstanceUID {
            let facts = try [Tag.patientID, .studyDate, .studyTime, .studyID].map { try value($0, of: dataSet) }
            let isTelling = !facts[0].isEmpty && !facts[1].isEmpty && !facts[2].isEmpty
            return InstanceHeader.made("study", from: isTelling ? facts : [Array(instance.rawValue.utf8)])
        }

        private static func assumedSeries(of dataSet: DataSet, _ study: StudyInstanceUID) throws -> SeriesInstanceUID {
            let facts = try [Tag.modality, .seriesNumber].map { try value($0, of: dataSet) }
            return InstanceHeader.made("series", from: [Array(study.rawValue.utf8)] + facts)
        }

        /// As it stands there: how it reads depends on who reads it.
        private static func value(_ tag: Tag, of dataSet: DataSet) throws -> [UInt8] {
            var bytes = try dataSet.bytes(tag, upTo: 256) ?? []
            while bytes.last == 0x20 || bytes.last == 0 { bytes.removeLast() }
            return bytes
        }
    }

    /// A UID below 2.25 (PS3.5 B.2) that follows from these values.
    fileprivate static func made<Identifier: UniqueIdentifier>(_ what: String, from values: [[UInt8]]) -> Identifier {
        var hash = SHA256()
        hash.update(data: Array("jieli \(what)".utf8))
        for value in values {
            hash.update(data: [UInt8(value.count >> 8 & 0xFF), UInt8(value.count & 0xFF)])
            hash.update(data: value)
        }
        let number = hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return Identifier(unchecked: "2.25.\(number)")
    }

    /// - Parameter meta: what the head of the file says instead.
    fileprivate static func uid<Identifier: UniqueIdentifier>(
        _ dataSet: DataSet, _ tag: Tag, _ name: String, else meta: String = ""
    ) throws -> (uid: Identifier?, isAssumed: Bool) {
        let own = try dataSet.string(tag)
        let text = UIDSyntax.trimmed(own ?? meta)
        if text.isEmpty { return (nil, true) }
        if let uid = Identifier(rawValue: text) { return (uid, own == nil) }
        guard text.utf8.count > 64, text.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
            text.utf8.count <= longestName
        else {
            let why = text.utf8.count > 64 ? "longer than 64 characters" : "no UID (digits and dots)"
            throw DICOMError(code: .malformed, message: "the \(name) \(tag) is \(why)")
        }
        return (made("too long", from: [Array(text.utf8)]), true)
    }

    /// Somebody who counts wrongly is off by little.
    private static let longestName = 128
}
