import CSIMDKernels
import NeuralGraph

/// The input pass on the CPU: a crop of a luma plane, resized with supersampling, and its light normalised.
///
/// Output pixel (i, j) is the mean of k × k bilinear taps, k = ceil(side / width) between 1 and 8, at
/// u = (i + (a + ½) / k) / width − ½ and v = (j + (b + ½) / k) / height − ½ of the crop (see
/// ``CropTransform/framePoint(_:aspect:)``), clamped to the edge of the frame.
package enum LumaCrop {
  /// Fills `width` × `height` floats, row after row: luma 0…1, normalised over the crop where asked for.
  ///
  /// Any transform is safe, even one that is not a number: nothing outside the plane is read.
  package static func fill(
    _ target: UnsafeMutablePointer<Float>, width: Int, height: Int, from plane: LumaPlane, crop: CropTransform,
    normalization: Graph.Normalization, instructionSet: InstructionSet = .best
  ) {
    precondition(width > 0 && height > 0, "a crop of \(width)×\(height) has no pixels")
    let ratio = crop.side / Float(width)
    let taps = ratio > 1 ? Int(min(ratio, 8).rounded(.up)) : 1
    let aspect = Float(height) / Float(width)
    let column = crop.rightAxis * (crop.mirrored ? -crop.side : crop.side) / Float(width * taps)
    let row = crop.downAxis * (crop.side * aspect) / Float(height * taps)
    // Half a texel, so that texel centres stand at whole numbers.
    let first = crop.centre - column * (Float(width * taps - 1) / 2) - row * (Float(height * taps - 1) / 2) - 0.5
    var map = gurn_crop(
      pixels: plane.pixels, width: plane.width, height: plane.height, stride: plane.stride, x: first.x, y: first.y,
      x_per_column: column.x, y_per_column: column.y, x_per_row: row.x, y_per_row: row.y, taps: Int32(taps))
    let kernels = instructionSet.kernels
    kernels.pointee.crop(&map, width, height, target)
    if normalization == .meanVariance { kernels.pointee.normalize(target, width * height) }
  }
}
