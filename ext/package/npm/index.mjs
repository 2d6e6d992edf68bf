// sqlite-coreset for Node, as a module: index.cjs has it all.
import coreset from "./index.cjs";

export const { getLoadablePath, load } = coreset;
