// Whole instances (PS3.18 10.4.1.1.1).

import Archive
import DICOM
import HTTPService
import Hummingbird
import Vocabulary

struct InstanceRoutes: Sendable {
    let stored: StoredInstances

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies/:study") { request, context in
            try await retrieve(stored.all(request, in: context), request, context)
        }
        group.get("studies/:study/series/:series") { request, context in
            try await retrieve(stored.all(request, in: context), request, context)
        }
        group.get("studies/:study/series/:series/instances/:instance") { request, context in
            let instance = try await stored.one(request, in: context)
            return try await retrieve([instance], request, context)
        }
    }

    private func retrieve(
        _ instances: [InstanceRecord], _ request: Request, _ context: JieliRequestContext
    ) async throws -> Response {
        let accept = try AcceptHeader(request, QueryItems(request))
        let negotiation = try InstanceNegotiation(accept, stored: instances.map(\.transferSyntax))
        try await stored.trail.note(.studyRetrieved, to: instances[0].studyInstanceUID, in: context)
        let locations = ResourceLocations(request, context)
        guard negotiation.isMultipart else {
            let part = try await part(instances[0], negotiation.forms[0], locations)
            return Response(
                status: .ok, headers: [.contentType: part.contentType], body: part.content.body(logger: context.logger))
        }
        let parts = try zip(instances, negotiation.forms).map { instance, form in
            // Stored files are described at once, so that the whole length is known; copies are made one by one.
            form == .stored
                ? MultipartAnswer.Source.ready(try storedPart(instance, locations))
                : .made { try await part(instance, form, locations) }
        }
        return try await MultipartAnswer(mediaType: InstanceForm.mediaType, parts: parts)
            .response(logger: context.logger)
    }

    private func part(
        _ instance: InstanceRecord, _ form: InstanceForm, _ locations: ResourceLocations
    ) async throws -> MultipartAnswer.Part {
        switch form {
        case .stored: return try storedPart(instance, locations)
        case .native(let syntax):
            do {
                return try await copiedPart(instance, syntax, locations)
            } catch let error as DICOMError {
                throw HTTPProblem.undecodable(error)
            }
        case .nativeOrStored:
            do {
                return try await copiedPart(instance, .explicitVRLittleEndian, locations)
            } catch let error as DICOMError where error.code != .io && error.code != .storageFull {
                return try storedPart(instance, locations)
            }
        }
    }

    private func storedPart(
        _ instance: InstanceRecord, _ locations: ResourceLocations
    ) throws -> MultipartAnswer.Part {
        MultipartAnswer.Part(
            contentType: Self.contentType(instance.transferSyntax), location: locations.instance(instance),
            content: .file(path: try stored.path(of: instance), count: stored.fileSize(of: instance)))
    }

    private func copiedPart(
        _ instance: InstanceRecord, _ syntax: TransferSyntax, _ locations: ResourceLocations
    ) async throws -> MultipartAnswer.Part {
        let copy = try await stored.nativeCopy(of: instance, in: syntax)
        return MultipartAnswer.Part(
            contentType: Self.contentType(syntax), location: locations.instance(instance),
            content: .range(copy, 0..<copy.count))
    }

    private static func contentType(_ syntax: TransferSyntax) -> String {
        "\(InstanceForm.mediaType); transfer-syntax=\(syntax)"
    }
}
