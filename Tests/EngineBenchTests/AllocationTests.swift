import CAllocationCount
import FaceTracking
import Foundation
import NeuralGraph
import Testing

@testable import EngineBench

/// After warm-up the frame path asks for no memory.
@Suite struct AllocationTests {
  static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models")
  /// Allocations of a frame that are let pass.
  static let threshold: UInt = 0
  /// Unoptimised Swift puts things on the heap that it does without when it ships; `make test` tests what ships.
  static let isOptimised: Bool = {
    #if DEBUG
      print("AllocationTests: skipped, this build is not optimised")
      return false
    #else
      return true
    #endif
  }()

  @Test func theCounterCounts() {
    let before = gurn_allocations()
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 100_000, alignment: 16)
    memory.storeBytes(of: 1, as: Int.self)
    let counted = gurn_allocations() - before
    memory.deallocate()
    #expect(counted >= 1)
  }

  @Test(.enabled(if: isOptimised), arguments: ["full", "lite"])
  func aTrackedFrameOnTheCPUAllocatesNothing(set: String) throws {
    let networks = try FaceNetworks(folder: Self.models.appending(path: set).path())
    let backend = try SIMDBackend(networks: networks)
    let picture = BenchPicture()
    var outputs = NetworkOutputs(networks: networks)
    var map = [Float](repeating: 0, count: networks.detector.output(named: "map")?.range.count ?? 0)
    var counts: [UInt] = []
    for _ in 0..<10 {
      let before = gurn_allocations()
      backend.load(picture.plane)
      backend.track(picture.window, into: &outputs)
      backend.detect(into: &map)
      counts.append(gurn_allocations() - before)
    }
    #expect(counts.dropFirst(3).allSatisfy { $0 <= Self.threshold }, "allocations a frame: \(counts)")
  }
}
