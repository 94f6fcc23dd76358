import Observability
import Testing

@Suite("Metrics")
struct MetricRegistryTests {
    let registry = MetricRegistry()

    @Test("are Prometheus text: families sorted, a TYPE line each, labels sorted")
    func text() {
        registry.add(to: "jieli_instances_received_total", labels: ["status": "0x0000", "peer": "paotai"])
        registry.add(2, to: "jieli_instances_received_total", labels: ["peer": "paotai", "status": "0x0000"])
        registry.add(to: "jieli_instances_received_total", labels: ["peer": "guanbu", "status": "0xA700"])
        registry.add(0.25, to: "jieli_a_seconds_total")
        registry.set(7, of: "jieli_queue_depth")
        registry.set(3, of: "jieli_queue_depth")
        #expect(
            registry.text() == """
                # TYPE jieli_a_seconds_total counter
                jieli_a_seconds_total 0.25
                # TYPE jieli_instances_received_total counter
                jieli_instances_received_total{peer="guanbu",status="0xA700"} 1
                jieli_instances_received_total{peer="paotai",status="0x0000"} 3
                # TYPE jieli_queue_depth gauge
                jieli_queue_depth 3

                """)
    }

    @Test("none is no text")
    func empty() {
        #expect(registry.text().isEmpty)
    }

    @Test("label values are escaped as the format asks")
    func escaping() {
        registry.set(1, of: "m", labels: ["l": "a\\b\"c\nd"])
        #expect(registry.text() == "# TYPE m gauge\nm{l=\"a\\\\b\\\"c\\nd\"} 1\n")
    }

    @Test(
        "numbers are whole where they are, and never crash on what no integer holds",
        arguments: [
            (0, "0"), (-4, "-4"), (1e14, "100000000000000"), (1.5, "1.5"), (1e300, "1e+300"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func numbers(value: Double, expected: String) {
        registry.set(value, of: "m")
        #expect(registry.text() == "# TYPE m gauge\nm \(expected)\n")
    }

    @Test("count right from many threads")
    func concurrent() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { registry.add(to: "n") } }
            }
        }
        #expect(registry.text() == "# TYPE n counter\nn 8000\n")
    }
}
