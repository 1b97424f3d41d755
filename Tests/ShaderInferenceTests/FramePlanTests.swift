import Foundation
import GLES
import NeuralGraph
import Testing

@testable import ShaderInference

/// How networks are laid side by side.
@Suite struct FramePlanTests {
  private static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models")

  private static func shipped(_ set: String) throws -> (window: Graph, locals: [(graph: Graph, crops: [LandmarkCrop])])
  {
    func read(_ name: String) throws -> Graph { try ModelFile.read(models.appending(path: "\(set)/\(name).gurn").path) }
    let locals = try ["mouth", "eye"].map(read)
    return (try read("window"), locals.map { ($0, $0.crops) })
  }

  private static func plan(_ set: String, _ options: ShaderOptions = .software) throws -> FramePlan {
    let networks = try shipped(set)
    return try FramePlan(window: networks.window, locals: networks.locals, options: options)
  }

  @Test(arguments: ["full", "lite"])
  func aTrackedFrameOfAShippedSetTakesAtMost25Passes(set: String) throws {
    for options in [ShaderOptions.software, .hardware] {
      let plan = try Self.plan(set, options)
      #expect(plan.passCount <= 25)
      // Eye and mouth share passes.
      #expect(
        plan.passes.contains {
          $0.names.contains { $0.hasPrefix("eye ") } && $0.names.contains { $0.hasPrefix("mouth ") }
        })
    }
  }

  @Test(arguments: ["full", "lite"])
  func everyLayerIsPlannedOnce(set: String) throws {
    let networks = try Self.shipped(set)
    let all = [(networks.window, 1)] + networks.locals.map { ($0.graph, $0.crops.count) }
    let work = try all.reduce(0) { try $0 + $1.1 * $1.0.multiplyAdds(shapes: $1.0.validated()) }
    #expect(try Self.plan(set).passes.reduce(0) { $0 + $1.multiplyAdds } == work)
  }

  @Test(arguments: GLRung.allCases)
  func noPassReadsWhatItWritesOrWhatIsNotThereYet(rung: GLRung) throws {
    for set in ["full", "lite"] {
      let plan = try Self.plan(set, rung.options(isSoftware: false, targets: 4, full: true))
      var written: Set<Int> = []
      for pass in plan.passes {
        for input in pass.inputs.values {
          #expect(input != pass.target)
          if case .tiles = plan.textures[input] { #expect(written.contains(input)) }
          if case .vectors = plan.textures[input] { #expect(written.contains(input)) }
        }
        written.insert(pass.target)
        #expect(pass.blocks * (pass.target == plan.sheet ? 1 : plan.options.tensorFormat.texelsABlock) <= 4)
      }
      #expect(written.contains(plan.sheet))
    }
  }

  @Test func tilesKeepAMarginOfZerosAround() throws {
    let plan = try Self.plan("full")
    for pass in plan.passes {
      guard case .tiles(let sheet) = plan.textures[pass.target] else { continue }
      let spans = pass.tiles.map(\.tile).sorted { $0.x < $1.x }
      for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.x + left.z + 1 <= right.x) }
      for span in spans {
        #expect(span.x >= 1 && span.y >= 1)
        #expect(Int(span.x + span.z) < sheet.width && Int(span.y + span.w) < sheet.height)
      }
    }
  }

  @Test func groupsFitTheChannels() {
    #expect(FramePlanner.group([(blocks: 3, area: 100)], most: 4) == 3)
    #expect(FramePlanner.group([(blocks: 20, area: 36)], most: 4) == 4)
    #expect(FramePlanner.group([(blocks: 5, area: 576)], most: 8) == 5)
    #expect(FramePlanner.group([(blocks: 1, area: 1)], most: 8) == 1)
  }

  @Test func aLayerThatCantJoinIsRefusedByName() throws {
    var builder = GraphBuilder(TensorShape(channels: 1, height: 8, width: 8))
    let value = builder.globalPool(builder.convolution(0, 4))
    let graph = try builder.graph(value)
    let error = #expect(throws: ShaderError.self) { _ = try FramePlan(graph, options: .software) }
    #expect(error?.description.contains("global") == true)
  }
}
