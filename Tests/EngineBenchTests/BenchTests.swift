import FaceTracking
import Foundation
import Testing

@testable import EngineBench

@Suite struct BenchTests {
  @Test func quantilesAreElements() {
    #expect(Samples.quantile([3, 1, 2], 0.5) == 2)
    #expect(Samples.quantile(Array(stride(from: 100.0, to: 0, by: -1)), 0.99) == 100)
    #expect(Samples.quantile([], 0.5).isNaN)
  }

  @Test func aReportHasARowForEachNetworkAndSurvivesJSON() throws {
    let networks = try FaceNetworks(folder: AllocationTests.models.appending(path: "lite").path())
    let report = try EngineBench(
      networks, .init(set: "lite", rounds: 1, executors: [.simd], againstPeer: false, layers: true)
    ).run()
    #expect(report.rows.map(\.network) == ["window", "mouth", "eye ×2", "detector", "frame", "frame with crops"])
    for row in report.rows {
      #expect(row.milliseconds > 0 && row.gigaflops > 0 && row.memoryMebibytes > 0)
      #expect(row.allocations == 0 || !AllocationTests.isOptimised)
    }
    // All multiply-adds of the networks are in layers.
    let work = Dictionary(grouping: report.layers, by: \.network).mapValues { $0.reduce(0) { $0 + $1.multiplyAdds } }
    #expect(report.rows.prefix(4).allSatisfy { work[$0.network] == $0.multiplyAdds })
    let copy = try JSONDecoder().decode(BenchReport.self, from: JSONEncoder().encode(report))
    #expect(copy.lines == report.lines)
    // Columns stand under each other.
    let table = report.lines.dropFirst(2).prefix(7)
    #expect(Set(table.map(\.count)).count == 1)
  }
}
