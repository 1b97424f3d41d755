import FaceTracking
import Foundation

extension EngineBench {
  /// Makes an executor and runs one frame: what a process measures itself by when it is asked for its start.
  package static func firstFrame(_ networks: FaceNetworks, on executor: Executor) throws {
    let backend: any InferenceBackend =
      switch executor {
      case .simd: try SIMDBackend(networks: networks)
      case .gl: try ShaderBackend(networks: networks)
      }
    let picture = BenchPicture()
    var outputs = NetworkOutputs(networks: networks)
    try backend.load(picture.plane)
    try backend.track(picture.window, into: &outputs)
  }

  /// Starts `program` twice, with an empty cache folder and with the one that the first start has filled.
  ///
  /// - Parameter arguments: what makes the program run ``firstFrame(_:on:)`` and end.
  package static func startTimes(
    _ program: URL, arguments: [String], executor: Executor
  ) throws -> BenchReport.Start {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-start-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = folder.path
    environment["MESA_SHADER_CACHE_DIR"] = nil
    func start() throws -> Double {
      let process = Process()
      process.executableURL = program
      process.arguments = arguments
      process.environment = environment
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      let begin = Samples.now(CLOCK_MONOTONIC)
      try process.run()
      process.waitUntilExit()
      let seconds = Samples.now(CLOCK_MONOTONIC) - begin
      guard process.terminationStatus == 0 else {
        throw BenchError.network("\(executor.rawValue) does not start here")
      }
      return seconds
    }
    let cold = try start()
    return BenchReport.Start(executor: executor.rawValue, coldSeconds: cold, warmSeconds: try start())
  }
}
