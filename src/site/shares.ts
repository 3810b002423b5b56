/** A whole amount cut by weights into whole parts that add up to it again. */
export function shares(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let weight = 0;
  let given = 0;
  return weights.map((one, place) => {
    weight += one;
    // What is due so far, rounded: roundings do not add up. The last takes exactly what is left.
    const due = place === weights.length - 1 ? amount : Math.round((amount * weight) / sum);
    const part = due - given;
    given = due;
    return part;
  });
}
