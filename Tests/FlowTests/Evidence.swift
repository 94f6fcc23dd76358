// What was sent, held against what arrived.

import DICOM
import Foundation
import TestSupport
import Vocabulary

/// The data sets below some folders, by SOP Instance UID: the SHA-256 of each file's bytes after its meta information.
struct Evidence {
    /// In the order of their paths: of several under one UID the first counts.
    private(set) var digests: [SOPInstanceUID: [Digest]] = [:]
    private(set) var studies: Set<StudyInstanceUID> = []

    init(below folder: String) throws {
        let root = URL(fileURLWithPath: folder)
        let paths = (FileManager.default.subpaths(atPath: folder) ?? []).map { root.appending(path: $0).path }
        for path in paths.sorted() {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let header: InstanceHeader
            do {
                header = try InstanceHeader.read(file: path)
            } catch let error as DICOMError where error.code == .notPart10 {
                continue
            }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path)).dropFirst(header.dataSetOffset)
            digests[header.sopInstanceUID, default: []].append(Digest(of: bytes))
            studies.insert(header.studyInstanceUID)
        }
    }

    /// The instances of `sent` that are not here bit for bit and exactly once.
    func lacking(from sent: Evidence) -> [SOPInstanceUID] {
        sent.digests.filter { uid, wanted in digests[uid] != [wanted[0]] }.keys.sorted()
    }

    /// What is here and was not sent: reports.
    func beside(_ sent: Evidence) -> Int { digests.keys.filter { sent.digests[$0] == nil }.count }
}

/// Real images, where they are.
enum RealImages {
    static let root = Program.packageRoot.deletingLastPathComponent().appending(path: "shared/dicom")
    static var arePresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static let folders = [
        "ct_series_philips_phantom", "mr_series_ge_brain", "mr_series_uih_dti", "dx_cr_mg", "us_xa",
    ]

    static func path(_ folder: String) -> String { root.appending(path: folder).path }
}
