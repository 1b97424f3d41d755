import FaceCore
import Foundation
import NeuralGraph
import ShaderInference
import Synchronization

/// Serves on the CPU at once, tries the shaders on a thread of their own, and changes over when they are ready and measured
/// faster. Where the renderer is software the CPU stays: the same networks cost it several times less.
package final class AdaptiveBackend: InferenceBackend {
  private let cpu: SIMDBackend
  private let shaders: ShaderTrial
  private var luma: LumaPlane?
  private var serving: ShaderServant?

  /// - Parameter waits: decide before returning, so that every frame is read by one executor.
  package init(networks: FaceNetworks, waits: Bool) throws(FaceTrackingError) {
    cpu = try SIMDBackend(networks: networks)
    shaders = ShaderTrial(networks: networks)
    if waits { shaders.wait() }
  }

  package var name: String { serving?.name ?? cpu.name }

  package func load(_ luma: LumaPlane) throws(FaceTrackingError) {
    self.luma = luma
    if serving == nil { serving = shaders.winner }
    if let serving { try serving.load(luma) } else { cpu.load(luma) }
  }

  package var frameImport: FrameImport {
    if let serving { return serving.frameImport }
    return shaders.winner != nil || !shaders.isDecided ? .undecided : cpu.frameImport
  }

  package func load(_ buffer: CameraBuffer) throws(FaceTrackingError) -> Bool { try serving?.load(buffer) ?? false }

  package func dropRetiredBuffers() { serving?.dropRetiredBuffers() }

  package func detect(into map: inout [Float]) throws(FaceTrackingError) {
    if let serving { try serving.detect(into: &map) } else { cpu.detect(into: &map) }
  }

  package func refine(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    if let serving { try serving.refine(window, into: &outputs) } else { cpu.refine(window, into: &outputs) }
  }

  package func track(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    if let serving { try serving.track(window, into: &outputs) } else { cpu.track(window, into: &outputs) }
  }
}

/// A shader backend that lives on its GL thread.
final class ShaderServant: InferenceBackend, @unchecked Sendable {
  // Only touched through `thread`; nil once this servant is done.
  private var backend: ShaderBackend?
  private let thread: GLThread
  let name: String
  private(set) var frameImport: FrameImport
  /// Whether the backend may have a camera's buffers.
  private var hasBuffers = false

  init(_ backend: ShaderBackend, on thread: GLThread) {
    self.backend = backend
    self.thread = thread
    name = backend.name
    frameImport = backend.frameImport
  }

  /// The context and all that lives in it end on their own thread.
  deinit {
    thread.run { backend = nil }
    thread.stop()
  }

  func load(_ luma: LumaPlane) throws(FaceTrackingError) {
    try thread.run { () throws(FaceTrackingError) in try backend?.load(luma) }
  }

  func load(_ buffer: CameraBuffer) throws(FaceTrackingError) -> Bool {
    hasBuffers = true
    return try thread.run { () throws(FaceTrackingError) in
      guard let backend else { return false }
      let isLoaded = try backend.load(buffer)
      if !isLoaded { frameImport = backend.frameImport }
      return isLoaded
    }
  }

  func dropRetiredBuffers() {
    guard hasBuffers else { return }
    hasBuffers = thread.run {
      backend?.dropRetiredBuffers()
      return backend?.hasBuffers ?? false
    }
  }

  func detect(into map: inout [Float]) throws(FaceTrackingError) {
    try thread.run { () throws(FaceTrackingError) in try backend?.detect(into: &map) }
  }

  func refine(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    try thread.run { () throws(FaceTrackingError) in try backend?.refine(window, into: &outputs) }
  }

  func track(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError) {
    try thread.run { () throws(FaceTrackingError) in try backend?.track(window, into: &outputs) }
  }
}
