// What is to be sent, found in files and folders.

import DICOM
import Foundation
import Observability
import Relay
import Vocabulary

/// Files that claim the same SOP Instance UID, in the order they were found. The first that is accepted makes the others
/// duplicates.
struct SendGroup: Hashable, Sendable {
    struct Candidate: Hashable, Sendable {
        var path: String
        var size: Int64
        var context: DeliveryContext
        var sopInstance: String
        var study: StudyInstanceUID?

        func sent(_ outcome: SendOutcome) -> SentFile {
            SentFile(
                path: path, size: size, studyInstanceUID: study,
                sopInstanceUID: SOPInstanceUID(rawValue: sopInstance), outcome: outcome)
        }
    }

    var candidates: [Candidate]

    var contexts: Set<DeliveryContext> { Set(candidates.map(\.context)) }
}

struct SendPlan: Sendable {
    private(set) var groups: [SendGroup] = []
    /// What needn't be tried.
    private(set) var unsendable: [SentFile] = []

    /// - Throws: `DIMSEServicesError.unreadablePath` for a path that does not exist.
    init(paths: [String]) throws {
        var places: [String: Int] = [:]
        for path in try Self.files(below: paths) {
            switch Self.inspect(path) {
            case .failure(let found): unsendable.append(found.file)
            case .success(let candidate):
                if let place = places[candidate.sopInstance] {
                    groups[place].candidates.append(candidate)
                } else {
                    places[candidate.sopInstance] = groups.count
                    groups.append(SendGroup(candidates: [candidate]))
                }
            }
        }
    }

    /// Groups that fit into one association's contexts together, in order.
    var batches: [(groups: [SendGroup], contexts: Set<DeliveryContext>)] {
        var batches: [(groups: [SendGroup], contexts: Set<DeliveryContext>)] = []
        for group in groups {
            if let last = batches.last, last.contexts.union(group.contexts).count <= ProposedContext.maximumCount {
                batches[batches.count - 1].groups.append(group)
                batches[batches.count - 1].contexts.formUnion(group.contexts)
            } else {
                batches.append(([group], group.contexts))
            }
        }
        return batches
    }

    // MARK: Files

    /// Every regular file, sorted within each path.
    private static func files(below paths: [String]) throws -> [String] {
        var found: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw DIMSEServicesError(code: .unreadablePath, message: "\(path) does not exist")
            }
            guard isFolder.boolValue else {
                found.append(path)
                continue
            }
            let folder = URL(fileURLWithPath: path)
            guard
                let enumerator = FileManager.default.enumerator(
                    at: folder, includingPropertiesForKeys: [.isRegularFileKey])
            else { throw DIMSEServicesError(code: .unreadablePath, message: "\(path) cannot be listed") }
            var inside: [String] = []
            for case let url as URL in enumerator
            where try url.resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                inside.append(url.path)
            }
            found += inside.sorted()
        }
        return found
    }

    private struct Unsendable: Error {
        var file: SentFile
    }

    /// The UIDs are the data set's; those of the meta header count only where the data set can't be read, because what it
    /// holds is for the receiver to judge.
    private static func inspect(_ path: String) -> Result<SendGroup.Candidate, Unsendable> {
        func unsendable(_ outcome: SendOutcome) -> Result<SendGroup.Candidate, Unsendable> {
            .failure(Unsendable(file: SentFile(path: path, outcome: outcome)))
        }
        let meta: FileMetaInformation
        do {
            meta = try FileMetaInformation.read(fromFile: path).0
        } catch let error as DICOMError where error.code == .notPart10 {
            return unsendable(.notPart10)
        } catch {
            return unsendable(.unreadable(error.sentence))
        }
        var candidate = SendGroup.Candidate(
            path: path, size: size(of: path),
            context: DeliveryContext(
                sopClass: SOPClass(unchecked: UIDSyntax.trimmed(meta.mediaStorageSOPClassUID)),
                transferSyntax: meta.transferSyntax),
            sopInstance: UIDSyntax.trimmed(meta.mediaStorageSOPInstanceUID))
        do {
            let header = try InstanceHeader.read(file: path)
            candidate.context.sopClass = header.sopClass
            candidate.sopInstance = header.sopInstanceUID.rawValue
            candidate.study = header.studyInstanceUID
        } catch is DICOMError {
            // The receiver will say what is wrong with it.
        } catch {
            return unsendable(.unreadable(error.sentence))
        }
        // Media Storage Directory Storage (PS3.4 I.4).
        if candidate.context.sopClass.rawValue == "1.2.840.10008.1.3.10" { return unsendable(.mediaDirectory) }
        guard UIDSyntax.isValid(candidate.context.sopClass.rawValue),
            UIDSyntax.isValid(candidate.context.transferSyntax.rawValue)
        else { return unsendable(.unreadable("the file names no SOP class or transfer syntax to propose")) }
        // Without a UID it is nobody's duplicate.
        if candidate.sopInstance.isEmpty { candidate.sopInstance = path }
        return .success(candidate)
    }

    private static func size(of path: String) -> Int64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    }
}
