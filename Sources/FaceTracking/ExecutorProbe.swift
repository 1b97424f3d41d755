import GLES
import NeuralGraph
import SIMDInference

/// What this machine offers to the networks, what was chosen, and why: the text of `gurn probe`.
package struct ExecutorProbe: Sendable {
  /// Lines for people.
  package let lines: [String]
  /// What a tracked frame costs the chosen executor.
  package let chosen: NetworkChoice
  /// What it costs the CPU, which serves until shaders are compiled.
  package let cpu: NetworkChoice

  /// Finds out and measures; a few seconds on software renderers, where shaders are slow to compile.
  package init(networks: FaceNetworks) throws(FaceTrackingError) {
    let sets = InstructionSet.available.map(\.name).joined(separator: ", ")
    let cpu = try SIMDBackend(networks: networks)
    let cpuSeconds = try BackendTiming.secondsPerFrame(cpu, networks: networks)
    self.cpu = NetworkChoice(seconds: cpuSeconds, executor: cpu.name)
    var lines = [
      "CPU", "instruction sets: \(sets); chosen: \(InstructionSet.best)",
      "a tracked frame: \(NetworkChoice.milliseconds(cpuSeconds))", "", "GPU",
    ]
    let context: GLContext
    do { context = try GLContext() } catch {
      lines += ["no OpenGL ES 3 context: \(error)", "", "chosen: \(cpu.name), for there is no GPU"]
      self.lines = lines
      chosen = self.cpu
      return
    }
    var best = self.cpu
    do {
      let shaders = try ShaderBackend(networks: networks, context: context)
      let seconds = try BackendTiming.secondsPerFrame(shaders, networks: networks)
      lines += shaders.report.lines
      lines += [
        "camera frames: \(shaders.frameImport)",
        "a tracked frame: \(NetworkChoice.milliseconds(seconds)) in \(shaders.passCount) passes",
        "",
      ]
      lines.append(Self.choice(cpu, cpuSeconds, shaders, seconds))
      if !shaders.report.isSoftware, seconds < cpuSeconds {
        best = NetworkChoice(seconds: seconds, executor: shaders.name)
      }
    } catch {
      lines += ["\(error)", "", "chosen: \(cpu.name), for the GPU failed the probe"]
    }
    self.lines = lines
    chosen = best
  }

  private static func choice(
    _ cpu: SIMDBackend, _ cpuSeconds: Double, _ shaders: ShaderBackend, _ seconds: Double
  ) -> String {
    let ratio = ((max(seconds, cpuSeconds) / min(seconds, cpuSeconds)) * 10).rounded() / 10
    if shaders.report.isSoftware {
      return "chosen: \(cpu.name), for the renderer is software and was \(ratio) times "
        + (seconds > cpuSeconds
          ? "slower" : "faster (a software renderer is never chosen: it takes the CPU from others)")
    }
    return seconds < cpuSeconds
      ? "chosen: \(shaders.name), \(ratio) times faster than the CPU"
      : "chosen: \(cpu.name), \(ratio) times faster than the shaders"
  }
}
