import GLES
import NeuralGraph

/// Finds out what a renderer can do by having it do it: known values are rendered and read back, a small network is
/// compared with the reference. Extension strings decide nothing.
package enum CapabilityProbe {
  /// One thing tried.
  package struct Check: Sendable {
    /// What, such as `RGBA16F × 4 targets`.
    package var name: String
    /// Whether the result is right.
    package var passed: Bool
    /// What came of it: the figures, or what went wrong.
    package var detail: String
  }

  /// What was found and chosen.
  package struct Report: Sendable {
    /// GL_RENDERER.
    package var renderer: String
    /// GL_VERSION.
    package var version: String
    /// The rung of the ladder that gave the context.
    package var route: GLRoute
    /// Whether the renderer is a CPU.
    package var isSoftware: Bool
    /// What was tried, in order.
    package var checks: [Check]
    /// How networks run here best; nil where they can't.
    package var options: ShaderOptions?
    /// Why these options, or why none.
    package var reason: String
    /// Time of one pass of a chain of 20 that depend on each other, 32×32 texels, in microseconds.
    package var passMicroseconds: Double

    /// The report in lines, for people.
    package var lines: [String] {
      ["renderer: \(renderer)\(isSoftware ? " (software)" : "")", "version: \(version), through EGL \(route.rawValue)"]
        + checks.map { "\($0.passed ? "ok  " : "FAIL") \($0.name): \($0.detail)" }
        + ["20 dependent passes: \(Self.rounded(passMicroseconds)) µs each", "chosen: \(reason)"]
    }

    fileprivate static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
  }

  /// Probes a renderer; takes well under a second on hardware, a second or two on software.
  package static func run(_ context: GLContext) -> Report {
    let programs = ProgramCache(context)
    let targets = min(4, context.limits.drawBuffers)
    let half = store(.rgba16f, targets: targets, programs)
    let full = store(.rgba32f, targets: 1, programs)
    let fullTargets = store(.rgba32f, targets: targets, programs)
    let single = store(.r16f, targets: 1, programs)
    var checks = [half, full, fullTargets, single]
    var report = Report(
      renderer: context.renderer, version: context.version, route: context.route, isSoftware: context.isSoftware,
      checks: [], options: nil, reason: "", passMicroseconds: .nan)
    if half.passed || fullTargets.passed {
      let useFull = fullTargets.passed && (context.isSoftware || !half.passed)
      var options = ShaderOptions(
        tensorFormat: useFull ? .rgba32f : .rgba16f, preciseFormat: full.passed ? .rgba32f : .rgba16f,
        constantBounds: !context.isSoftware, targets: targets, packBuffers: !context.isSoftware)
      if !context.isSoftware { checks.append(placeWeights(&options, programs)) }
      let numerics = [dotProduct(options, programs), network(options, programs)]
      checks += numerics
      if numerics.allSatisfy(\.passed) {
        report.options = options
        report.reason = describe(options, isSoftware: context.isSoftware, half: half.passed)
        report.passMicroseconds = passTime(options, programs)
      } else {
        report.reason = "no shaders: their results are wrong here"
      }
    } else {
      report.reason = "no shaders: neither RGBA16F nor RGBA32F can be rendered to"
    }
    report.checks = checks
    return report
  }

  /// Times convolutions with weights in textures and in uniform blocks, and takes the faster.
  static func placeWeights(_ options: inout ShaderOptions, _ programs: ProgramCache) -> Check {
    var blocks = options
    blocks.weights = .uniformBlocks(bytes: min(programs.context.limits.uniformBlockBytes, 65536))
    let inTextures = layerTime(options, programs)
    let inBlocks = layerTime(blocks, programs)
    if inBlocks < inTextures { options = blocks }
    return Check(
      name: "8 convolutions, 32×24×24", passed: min(inTextures, inBlocks).isFinite,
      detail: "weights in textures \(Report.rounded(inTextures)) µs, in uniform blocks \(Report.rounded(inBlocks)) µs")
  }

  private static func describe(_ options: ShaderOptions, isSoftware: Bool, half: Bool) -> String {
    let format = options.tensorFormat.rawValue.uppercased()
    let why =
      isSoftware
      ? "a software renderer is no slower with it" : half ? "half the memory traffic" : "half floats failed"
    return "\(format) tensors (\(why)), \(options.preciseFormat.rawValue.uppercased()) sums and outputs, "
      + "\(options.targets) targets a pass, loop bounds \(options.constantBounds ? "constant" : "uniform"), "
      + (options.weights == .textures ? "weights in textures, " : "weights in uniform blocks, ")
      + (options.packBuffers ? "read-back through pixel-pack buffers" : "direct read-back")
  }
}
