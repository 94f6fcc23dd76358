// Logging in, the account, the language, and whether the screen is fit to read on.

import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Vocabulary

struct AccountPages: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/login", use: login)
        router.get("/account", use: account)
        router.get("/display", use: display)
        router.post("/language", use: setLanguage)
    }

    @Sendable private func login(request: Request, context: JieliRequestContext) async throws -> Response {
        let next = Self.localPath(request.query("next"))
        if context.user != nil { return .goTo(next) }
        let renderer = web.renderer(request, context)
        var fields: Fields = ["next": next]
        if request.query("out") != nil { fields["notice"] = ["text": renderer.words["login.loggedOut"]] as Fields }
        if request.query("expired") != nil { fields["notice"] = ["text": renderer.words["login.expired"]] as Fields }
        var page = try renderer.page("login", title: renderer.words["login.title"], script: "login", fields)
        // A session that ended by itself has left images in the browser's store.
        if request.query("expired") != nil { page.headers[.known("Clear-Site-Data")] = "\"cache\"" }
        return page
    }

    @Sendable private func account(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let renderer = web.renderer(request, context)
        let languages: [Fields] = [(Language.chinese, "中文"), (.english, "English")].map { language, label in
            ["code": language.rawValue, "label": label, "isCurrent": language == context.language]
        }
        return try renderer.page("account", title: renderer.words["account.title"], ["languages": languages])
    }

    /// A test pattern, and the grey scale measured against PS3.14.
    @Sendable private func display(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let renderer = web.renderer(request, context)
        return try renderer.page("display", title: renderer.words["display.title"], script: "display", [:])
    }

    /// A form of the page's head: the choice is kept by the browser, for people who aren't logged in, too.
    @Sendable private func setLanguage(request: Request, context: JieliRequestContext) async throws -> Response {
        let body = String(buffer: try await request.body.collect(upTo: 4096))
        var fields: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? ""
            }
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard let language = fields["language"].flatMap(Language.init(rawValue:)) else {
            throw HTTPProblem.badRequest(Sentence("没有这种语言", "there is no such language"))
        }
        var response = Response.goTo(Self.localPath(fields["next"]))
        response.setCookie(
            Cookie(
                name: Language.cookieName, value: language.rawValue, maxAge: 365 * 24 * 3600, path: "/", secure: true,
                httpOnly: true, sameSite: .lax))
        return response
    }

    /// Only to a page of this node, never to another site.
    static func localPath(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/login"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C })
        else { return "/" }
        return path
    }
}
