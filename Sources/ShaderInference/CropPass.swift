import GLES
import NeuralGraph

/// Makes a network's input from the frame: crop, resize with minification, light normalisation. One to four draws.
///
/// Output pixel (i, j) of w × h is the mean of k × k bilinear samples, k = ceil(side / w) held to 1…8, at
/// u = (i + (a + ½)/k)/w − ½ and v likewise, taken through ``CropTransform/framePoint(_:aspect:)``; the frame's edge
/// pixels go on for ever. Luma is 0…1.
package final class CropPass {
  /// Where the crops of the batch lie.
  package enum Placement {
    /// Where ``draw(_:windows:)`` or ``draw(_:window:)`` is told.
    case given
    /// By the landmarks and the correction that the window network has left in the sheet; `draw` is told the window.
    case landmarks([LandmarkCrop], window: ShaderExecutor, sheet: OutputSheet)
  }

  /// The most landmarks whose mean places a crop.
  package static let maximumLandmarks = 16
  /// The most crops at once.
  package static let maximumBatch = 2

  private let batch: Int
  private let columns: Int
  private let crops: [LandmarkCrop]
  private let sheet: OutputSheet?
  private let crop: BoundPass
  private let followers: [BoundPass]
  private let quad: Owned<VertexArray>
  private let locations: (window: Int32, placing: Int32, frame: Int32)
  // Kept to be overwritten, so that a frame allocates nothing.
  private var windows = [Float](repeating: 0, count: 4 * maximumBatch)
  private var placing = [Float](repeating: 0, count: 4 * maximumBatch)

  /// Prepares the input of an executor.
  ///
  /// - Throws: ``ShaderError/network(name:problem:)`` if the window network has not the outputs `landmarks` and
  ///   `correction` that the placement reads, or the input is not one channel.
  package init(for executor: ShaderExecutor, placement: Placement, programs: ProgramCache) throws(ShaderError) {
    let plan = executor.plan
    let shape = plan.shapes[0]
    guard shape.channels == 1, plan.batch <= Self.maximumBatch else {
      throw .network(
        name: plan.graph.name,
        problem:
          "input \(shape), batch \(plan.batch); crops have one channel, and at most \(Self.maximumBatch) run at once")
    }
    batch = plan.batch
    columns = shape.width
    do {
      let stages = try CropStages(executor, programs)
      quad = Owned(try VertexArray(programs.context))
      var defines: [String: String] = [:]
      if case .landmarks = placement { defines = ["LANDMARKS": "", "MAXIMUM_LANDMARKS": "\(Self.maximumLandmarks)"] }
      crop = try stages.crop(defines, programs)
      followers = stages.followers
    } catch {
      throw .gl(error)
    }
    let program = crop.program
    locations = (program.value.location("window"), program.value.location("placing"), program.value.location("frame"))
    if case .landmarks(let crops, let window, let sheet) = placement {
      self.crops = crops
      self.sheet = sheet
      try Self.setLandmarks(crops, window, program, batch: plan.batch)
    } else {
      crops = []
      sheet = nil
    }
  }

  /// Draws of a frame.
  var passCount: Int { 1 + followers.count }

  private static func setLandmarks(
    _ crops: [LandmarkCrop], _ window: ShaderExecutor, _ program: Owned<ShaderProgram>, batch: Int
  ) throws(ShaderError) {
    let graph = window.plan.graph
    guard let landmarks = graph.output(named: "landmarks"), let correction = graph.output(named: "correction") else {
      throw .network(
        name: graph.name, problem: "crops are placed by its outputs landmarks and correction; it lacks one")
    }
    let known = landmarks.range.count / 2
    guard crops.count == batch, correction.range.count == 4,
      crops.allSatisfy({ $0.landmarks.count <= maximumLandmarks && $0.landmarks.allSatisfy { $0 < known } })
    else {
      throw .network(
        name: graph.name,
        problem:
          "\(known) landmarks and \(correction.range.count) corrections can't place \(crops.count) crops in a batch "
          + "of \(batch): at most \(maximumLandmarks) of its landmarks each, and 4 corrections")
    }
    var list: [Int32] = []
    var indices: [Int32] = []
    for crop in crops {
      list += [Int32(indices.count), Int32(crop.landmarks.count)]
      indices += crop.landmarks.map(Int32.init)
    }
    let first = Float(window.firstRow * PassPlan.sheetColumns * 4)
    program.value.set(program.value.location("list"), integers: list, pairs: true)
    program.value.set(program.value.location("landmarks"), integers: indices)
    program.value.set(
      "sheetMap",
      SIMD3<Float>(
        first + Float(window.plan.sheetElement(of: landmarks)), first + Float(window.plan.sheetElement(of: correction)),
        Float(PassPlan.sheetColumns)))
  }

  /// Draws the input of all images of the batch from the frame.
  ///
  /// `window` is the crop itself, the same for each image; where landmarks place the crops, the window these lie in.
  package func draw(_ luma: LumaTexture, window: CropTransform) {
    for image in 0..<batch { place(image, window) }
    draw(luma)
  }

  /// Draws the input of each image of the batch from a crop of its own; for crops that landmarks don't place.
  package func draw(_ luma: LumaTexture, windows: [CropTransform]) {
    precondition(windows.count == batch && crops.isEmpty, "\(windows.count) windows for \(batch) crops")
    for (image, window) in windows.enumerated() { place(image, window) }
    draw(luma)
  }

  private func place(_ image: Int, _ window: CropTransform) {
    let first = 4 * image
    windows[first] = window.centre.x
    windows[first + 1] = window.centre.y
    windows[first + 2] = window.side
    windows[first + 3] = window.roll
    let mirroring: Float = window.mirrored ? -1 : 1
    if crops.isEmpty {
      placing[first] = mirroring
      // Counted here: a GPU's division may be off by enough for ceil to give one more.
      placing[first + 1] = min(max((window.side / Float(columns)).rounded(.up), 1), 8)
    } else {
      placing[first] = crops[image].mirrored ? -1 : 1
      placing[first + 1] = mirroring
      placing[first + 2] = crops[image].sideFactor
      placing[first + 3] = crops[image].offset
    }
  }

  private func draw(_ luma: LumaTexture) {
    let program = crop.program
    program.value.set(locations.window, vectors: windows)
    program.value.set(locations.placing, vectors: placing)
    program.value.set(locations.frame, SIMD2(Float(luma.size.width), Float(luma.size.height)))
    luma.bind(unit: ShaderPass.Sampler.luma.rawValue)
    sheet?.texture.value.bind(unit: ShaderPass.Sampler.sheet.rawValue)
    crop.draw(quad.value)
    for pass in followers { pass.draw(quad.value) }
  }
}
