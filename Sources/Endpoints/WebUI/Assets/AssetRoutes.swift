// Static files and the API's description.

import HTTPService
import HTTPTypes
import Hummingbird

/// `/assets/<version>/…`: under the present version kept by browsers for ever; under another (a page that outlived an update)
/// asked about each time.
struct AssetRoutes: Sendable {
    private let resources: WebResources

    init(_ resources: WebResources) { self.resources = resources }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/assets/:version/**") { request, context in
            let path = context.parameters.getCatchAll().joined(separator: "/")
            guard let asset = resources.assets[path] else { throw HTTPProblem.notFound }
            let isCurrent = context.parameters.get("version") == resources.version
            return asset.response(
                to: request, cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache")
        }
        // Where there is no page to name an icon, such as a PDF, browsers ask for this one.
        router.get("/favicon.ico") { request, _ in
            guard let asset = resources.assets["icons/jieli.svg"] else { throw HTTPProblem.notFound }
            return asset.response(to: request, cacheControl: "public, max-age=86400")
        }
    }
}

/// `/api/v1/openapi.json`
struct DescriptionRoutes: Sendable {
    private let resources: WebResources

    init(_ resources: WebResources) { self.resources = resources }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/openapi.json") { request, _ in
            resources.description.response(to: request, cacheControl: "no-cache")
        }
    }
}

extension Asset {
    /// 304 when the browser has it already (RFC 9110 13.1.2).
    func response(to request: Request, cacheControl: String) -> Response {
        let packed = AcceptedEncoding.gzip(in: request.headers[.acceptEncoding]) ? packed : nil
        var headers: HTTPFields = [
            .eTag: packed == nil ? entityTag : packedEntityTag, .cacheControl: cacheControl, .vary: "Accept-Encoding",
        ]
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { tag in
            tag.drop { $0 == " " }.trimmingPrefix("W/")
        }
        if known?.contains(where: { $0 == entityTag || $0 == packedEntityTag || $0 == "*" }) == true {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        if packed != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: packed ?? bytes))
    }
}
