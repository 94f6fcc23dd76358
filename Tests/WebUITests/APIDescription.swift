import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import WebUI

/// `openapi.json`, as far as answers are held against it: required members, no unknown ones, types and enumerations.
struct APIDescription {
    let document: [String: Any]

    init() throws {
        let data = Data(buffer: try WebResources.bundled().description.bytes)
        document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    var operations: Set<String> {
        var found: Set<String> = []
        for (path, methods) in document["paths"] as? [String: [String: Any]] ?? [:] {
            for method in methods.keys { found.insert("\(method.uppercased()) /api/v1\(path)") }
        }
        return found
    }

    static func check(_ response: TestResponse, _ method: HTTPRequest.Method, _ path: String) throws {
        guard response.headers[.contentType]?.hasPrefix("application/json") == true else { return }
        let description = try APIDescription()
        let parts = path.split(separator: "?")[0].dropFirst("/api/v1".count).split(separator: "/")
        let paths = description.document["paths"] as? [String: [String: Any]] ?? [:]
        let template = paths.keys.filter { template in
            let pattern = template.split(separator: "/")
            return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }.min { $0.count(where: { $0 == "{" }) < $1.count(where: { $0 == "{" }) }
        let methods = paths[try #require(template, "\(path) is not described")]
        let operation = try #require(methods?[method.rawValue.lowercased()] as? [String: Any])
        let responses = try #require(operation["responses"] as? [String: Any])
        let answer = try #require(responses["\(response.status.code)"] as? [String: Any], "\(method) \(path)")
        let content = (answer["content"] as? [String: Any])?["application/json"] as? [String: Any]
        let schema = try #require(content?["schema"] as? [String: Any])
        let value = try JSONSerialization.jsonObject(with: Data(buffer: response.body))
        let problems = description.problems(value, schema, at: "\(method) \(path)")
        #expect(problems.isEmpty, "\(problems)")
    }

    func problems(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        let shape = flattened(schema)
        if let members = shape["properties"] as? [String: [String: Any]] {
            guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
            let required = shape["required"] as? [String] ?? []
            return required.filter { object[$0] == nil }.map { "\(place) lacks \($0)" }
                + object.flatMap { name, inner in
                    members[name].map { problems(inner, $0, at: "\(place).\(name)") } ?? ["\(place).\(name) is unknown"]
                }
        }
        if let allowed = shape["enum"] as? [String] {
            return allowed.contains(value as? String ?? "") ? [] : ["\(place): \(value) is none of \(allowed)"]
        }
        switch shape["type"] as? String {
        case "array":
            guard let list = value as? [Any], let item = shape["items"] as? [String: Any] else {
                return ["\(place) is no list"]
            }
            return list.flatMap { problems($0, item, at: place + "[]") }
        case "string":
            guard let text = value as? String else { return ["\(place) is no text"] }
            let isTime = (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)) != nil
            return shape["format"] as? String == "date-time" && !isTime ? ["\(place): \(text) is no time"] : []
        case "integer", "number": return value is NSNumber ? [] : ["\(place) is no number"]
        default: return []
        }
    }

    /// References followed, `allOf` joined.
    private func flattened(_ schema: [String: Any]) -> [String: Any] {
        if let reference = schema["$ref"] as? String {
            let name = String(reference.split(separator: "/").last ?? "")
            let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]]
            return flattened(schemas?[name] ?? [:])
        }
        guard let parts = schema["allOf"] as? [[String: Any]] else { return schema }
        return parts.map(flattened).reduce(into: [:]) { joined, part in
            for (key, value) in part {
                switch (joined[key], value) {
                case (let old as [String: Any], let new as [String: Any]):
                    joined[key] = old.merging(new) { $1 }
                case (let old as [String], let new as [String]): joined[key] = old + new
                default: joined[key] = value
                }
            }
        }
    }
}

@Suite("Description of the JSON API")
struct APIDescriptionTests {
    @Test("names every route, and every route it names exists")
    func routesAndDescription() async throws {
        let routes = try await WebFixture().router().routes.filter { $0.method != .head }.map { route in
            let path = route.path.description.split(separator: "/").map { part in
                part.hasPrefix(":") ? "{\(part.dropFirst())}" : part.description
            }
            return "\(route.method) /\(path.joined(separator: "/"))"
        }
        let served = Set(routes.filter { $0.contains(" /api/v1/") })
        let described = try APIDescription().operations
        #expect(served.subtracting(described).sorted() == [])
        #expect(described.subtracting(served).sorted() == [])
    }

    @Test("says of requests with JSON, and of no others, that it may be of another type, too large or wrong")
    func bodies() throws {
        let description = try APIDescription()
        let tags = (description.document["tags"] as? [[String: String]] ?? []).compactMap { $0["name"] }
        let paths = try #require(description.document["paths"] as? [String: [String: Any]])
        for (path, methods) in paths {
            for (method, operation) in methods.compactMapValues({ $0 as? [String: Any] }) {
                let body = (operation["requestBody"] as? [String: Any])?["content"] as? [String: Any]
                let answers = try #require(operation["responses"] as? [String: Any])
                let takesJSON = body?["application/json"] != nil
                #expect((answers["415"] != nil) == takesJSON, "\(method) \(path)")
                #expect(!takesJSON || (answers["413"] != nil && answers["400"] != nil), "\(method) \(path)")
                #expect(Set(operation["tags"] as? [String] ?? []).isSubset(of: tags), "\(method) \(path)")
            }
        }
    }

    @Test("is served to anybody")
    func isServed() async throws {
        try await WebFixture().withClient { client in
            let response = try await client.execute(uri: "/api/v1/openapi.json", method: .get)
            #expect(response.status == .ok)
            #expect(try response.json["openapi"] as? String == "3.0.3")
        }
    }
}
