import Foundation
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
  ///
  /// - Parameters:
  ///   - forced: what ``GLRung/variable`` says: a rung's name; nil for the first that passes.
  ///   - programs: what compiles the probes; nil for a cache of its own.
  package static func run(
    _ context: GLContext, forced: String? = ProcessInfo.processInfo.environment[GLRung.variable],
    programs: ProgramCache? = nil
  ) -> Report {
    let programs = programs ?? ProgramCache(context)
    let targets = min(4, context.limits.drawBuffers)
    let half = store(.rgba16f, targets: targets, programs)
    let full = store(.rgba32f, targets: 1, programs)
    let fullTargets = store(.rgba32f, targets: targets, programs)
    let single = store(.rgba16f, targets: 1, programs)
    var report = Report(
      renderer: context.renderer, version: context.version, route: context.route, isSoftware: context.isSoftware,
      checks: [half, full, fullTargets, single], options: nil, reason: "", passMicroseconds: .nan)
    guard let rungs = rungs(forced, isSoftware: context.isSoftware) else {
      let names = GLRung.allCases.map(\.rawValue).joined(separator: ", ")
      report.reason = "no shaders: \(GLRung.variable)=\(forced ?? "") is none of \(names)"
      return report
    }
    for rung in rungs {
      let isStored =
        switch rung {
        case .float32: fullTargets.passed
        case .float16: half.passed
        case .single: single.passed
        case .bits, .bytes: true
        }
      guard isStored else { continue }
      var options = rung.options(isSoftware: context.isSoftware, targets: targets, full: full.passed)
      if !context.isSoftware, rung.hasFloats { report.checks.append(placeWeights(&options, programs)) }
      var numerics = [frame(options, programs)]
      if rung.hasFloats { numerics += [dotProduct(options, programs), network(options, programs)] }
      report.checks += numerics
      guard numerics.allSatisfy(\.passed) else { continue }
      report.options = options
      report.reason = describe(options, rung, isForced: forced != nil)
      report.passMicroseconds = rung.hasFloats ? passTime(options, programs) : .nan
      return report
    }
    report.reason =
      forced.map { "no shaders: \(GLRung.variable)=\($0) does not work on this renderer" }
      ?? "no shaders: their results are wrong here, however tensors are kept"
    return report
  }

  /// The rungs to try, in order; nil where a name is unknown. A software renderer is no slower with 32-bit floats, and those
  /// err 1000 times less (Mesa 22.3); a GPU has half the memory traffic with halves.
  private static func rungs(_ forced: String?, isSoftware: Bool) -> [GLRung]? {
    if let forced { return GLRung(rawValue: forced).map { [$0] } }
    return (isSoftware ? [.float32, .float16] : [.float16, .float32]) + [.single, .bits, .bytes]
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

  private static func describe(_ options: ShaderOptions, _ rung: GLRung, isForced: Bool) -> String {
    "rung \(rung.rawValue)\(isForced ? ", forced by \(GLRung.variable)" : ""): tensors as \(rung.reason), "
      + "\(options.preciseFormat.rawValue.uppercased()) sums and outputs, "
      + "\(options.targets) target\(options.targets == 1 ? "" : "s") a pass, "
      + "loop bounds \(options.constantBounds ? "constant" : "uniform"), "
      + (options.weights == .textures ? "weights in textures, " : "weights in uniform blocks, ")
      + (options.packBuffers && rung.hasFloats ? "read-back through pixel-pack buffers" : "direct read-back")
  }
}
