// Frames (PS3.18 10.4.1.1.6).

import Archive
import DICOM
import HTTPService
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Vocabulary

struct FrameRoutes: Sendable {
    let stored: StoredInstances

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies/:study/series/:series/instances/:instance/frames/:frames") { request, context in
            let frames = try ResourcePath.frames(in: context)
            let instance = try await stored.one(request, in: context)
            try await stored.trail.note(.studyViewed, to: instance.studyInstanceUID, in: context)
            return try await retrieve(frames, of: instance, request, context)
        }
    }

    /// `frames` from zero; `nil` for all.
    func retrieve(
        _ frames: [Int]?, of instance: InstanceRecord, _ request: Request, _ context: JieliRequestContext
    ) async throws -> Response {
        guard instance.isImage else { throw HTTPProblem.noImage }
        let count = max(1, instance.numberOfFrames ?? 1)
        let frames = frames ?? Array(0..<count)
        guard frames.allSatisfy({ $0 < count }) else { throw HTTPProblem.noSuchFrame }
        let accept = try AcceptHeader(request, QueryItems(request))
        let forms = FrameForm.acceptable(accept, stored: instance.transferSyntax, frameCount: frames.count)
        guard !forms.isEmpty else { throw HTTPProblem.notAcceptable }
        let freshness = Freshness(instance.digest, "\(frames) \(forms)")
        return try await freshness.response(to: request) { headers in
            let reader = try await stored.image(instance)
            let location = ResourceLocations(request, context).instance(instance)
            var failure: (any Error)?
            for form in forms {
                do {
                    return try await answer(
                        frames, FrameSource(stored: stored, instance: instance, reader: reader, form: form),
                        location: location, headers, context.logger)
                } catch let error as DICOMError where error.code != .io {
                    failure = failure ?? HTTPProblem.undecodable(error)
                }
            }
            throw failure ?? HTTPProblem.notAcceptable
        }
    }

    private func answer(
        _ frames: [Int], _ source: FrameSource, location: String, _ headers: HTTPFields, _ logger: Logger
    ) async throws -> Response {
        @Sendable func part(_ frame: Int) async throws -> MultipartAnswer.Part {
            MultipartAnswer.Part(
                contentType: source.contentType, location: "\(location)/frames/\(frame + 1)",
                content: try await source.content(of: frame))
        }
        guard source.form.isMultipart else {
            let only = try await part(frames[0])
            var headers = headers
            headers[.contentType] = only.contentType
            return Response(status: .ok, headers: headers, body: only.content.body(logger: logger))
        }
        let parts = frames.map { frame in MultipartAnswer.Source.made { try await part(frame) } }
        return try await MultipartAnswer(mediaType: source.form.mediaType, parts: parts)
            .response(headers: headers, logger: logger)
    }
}

/// Gives the frames of one image in one form.
private struct FrameSource: Sendable {
    let stored: StoredInstances
    let instance: InstanceRecord
    let reader: FrameReader
    let form: FrameForm

    var contentType: String {
        if case .wire(let part) = form.bytes { return "\(form.mediaType); part=\(part.rawValue)" }
        let syntax = form.bytes == .stored ? instance.transferSyntax : .explicitVRLittleEndian
        return "\(form.mediaType); transfer-syntax=\(syntax)"
    }

    func content(of frame: Int) async throws -> BodyContent {
        switch form.bytes {
        case .stored:
            return .bytes(
                try await stored.line.run { [reader] in ByteBuffer(bytes: try reader.encapsulatedFrame(frame)) })
        case .native: return try await native(frame)
        case .wire(let part): return .bytes(try await wire(frame).bytes(part))
        }
    }

    private func native(_ frame: Int) async throws -> BodyContent {
        let pixels = FramePixels(reader: reader)
        if let place = pixels.place(of: frame) { return .range(reader.dataSet.source, place) }
        guard pixels.needsCopy else {
            return .bytes(try await stored.line.run { try pixels.decoded(frame) })
        }
        let path = try stored.path(of: instance)
        return try await stored.line.run { [store = stored.flow.store] in
            try StoredInstances.withNativeCopy(of: path, store) { copy in
                let copied = try FrameReader(file: copy)
                guard let place = FramePixels(reader: copied).place(of: frame) else {
                    throw DICOMError(code: .decodingFailed, message: "the decoded image is shorter than it should be")
                }
                return .range(copied.dataSet.source, place)
            }
        }
    }

    private func wire(_ frame: Int) async throws -> WireFrame {
        let key = WireFrameCache.Key(digest: instance.digest, frame: frame)
        if let known = stored.wireFrames.frame(key) { return known }
        let shape = try WireShape(reader.attributes, isDecoded: reader.isEncapsulated)
        let content = try await native(frame)
        let made = try await stored.line.run {
            switch content {
            case .bytes(let buffer): try buffer.withUnsafeReadableBytes { try WireFrame($0, shape) }
            case .range(let source, let range):
                try source.bytes(at: range.lowerBound, count: range.count).withUnsafeBytes { try WireFrame($0, shape) }
            case .file: throw DICOMError(code: .unsupportedTransferSyntax, message: "a whole file is no frame")
            }
        }
        stored.wireFrames.keep(made, as: key)
        return made
    }
}
