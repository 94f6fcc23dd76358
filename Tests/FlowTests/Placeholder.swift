// FlowTests
