// /api/v1/events

import HTTPService
import Hummingbird

struct EventRoutes: Sendable {
    private let events: EventStream

    init(_ events: EventStream) { self.events = events }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/events") { [events] request, context in
            try context.requireUser()
            return try events.response(to: request)
        }
    }
}
