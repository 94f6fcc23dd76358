// Pictures, and documents as they are read: rendered resources and thumbnails (PS3.18 10.4.1.1.3 and 10.4.1.1.4).

import Archive
import DICOM
import HTTPService
import Hummingbird
import NIOCore
import Vocabulary

struct RenderedRoutes: Sendable {
    let stored: StoredInstances
    private static let thumbnailSide = 128
    /// JPEG where the client leaves it to us, as the standard has it.
    private static let mediaTypes = ["image/jpeg", "image/png"]

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        let instance = "studies/:study/series/:series/instances/:instance"
        for path in ["\(instance)/rendered", "\(instance)/frames/:frames/rendered"] {
            group.get(RouterPath(path)) { request, context in try await one(request, context) }
        }
        for path in ["\(instance)/thumbnail", "\(instance)/frames/:frames/thumbnail"] {
            group.get(RouterPath(path)) { request, context in
                try await one(request, context, defaultSide: Self.thumbnailSide)
            }
        }
        for path in ["studies/:study/thumbnail", "studies/:study/series/:series/thumbnail"] {
            group.get(RouterPath(path)) { request, context in
                let images = try await stored.all(request, in: context).filter(\.isImage)
                guard !images.isEmpty else { throw HTTPProblem.noImage }
                let middle = images[images.count / 2]
                let frame = (middle.numberOfFrames ?? 1) / 2
                return try await rendered(frame, of: middle, request, context, defaultSide: Self.thumbnailSide)
            }
        }
    }

    private func one(
        _ request: Request, _ context: JieliRequestContext, defaultSide: Int? = nil
    ) async throws -> Response {
        let frames = try ResourcePath.frames(in: context)
        guard frames.count == 1 else {
            throw HTTPProblem.badParameter("frames", Sentence("一次只能显示一帧", "one frame is rendered at a time"))
        }
        let instance = try await stored.one(request, in: context)
        if instance.sopClass == .encapsulatedPDF, defaultSide == nil, frames[0] == 0 {
            return try await EncapsulatedDocument(stored: stored).rendered(instance, request, context)
        }
        return try await rendered(frames[0], of: instance, request, context, defaultSide: defaultSide)
    }

    private func rendered(
        _ frame: Int, of instance: InstanceRecord, _ request: Request, _ context: JieliRequestContext,
        defaultSide: Int?
    ) async throws -> Response {
        guard instance.isImage else { throw HTTPProblem.noImage }
        guard frame < max(1, instance.numberOfFrames ?? 1) else { throw HTTPProblem.noSuchFrame }
        let items = try QueryItems(request)
        guard let mediaType = AcceptHeader(request, items).best(of: Self.mediaTypes) else {
            throw HTTPProblem.notAcceptable
        }
        let options = try RenderingOptions(items, defaultSide: defaultSide)
        try await stored.trail.note(.studyViewed, to: instance.studyInstanceUID, in: context)
        return try await Freshness(instance.digest, "\(frame) \(mediaType) \(options)").response(to: request) {
            var headers = $0
            headers[.contentType] = mediaType
            let picture = try await picture(frame, of: instance, options, options.format(mediaType))
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: picture))
        }
    }

    private func picture(
        _ frame: Int, of instance: InstanceRecord, _ options: RenderingOptions, _ format: PictureFormat
    ) async throws -> ByteBuffer {
        let path = try stored.path(of: instance)
        do {
            return try await stored.line.run {
                ByteBuffer(
                    bytes: try FrameReader(file: path).rendered(
                        frame: frame, window: options.window, maximumWidth: options.width,
                        maximumHeight: options.height, as: format))
            }
        } catch let error as DICOMError {
            throw HTTPProblem.undecodable(error)
        }
    }
}
