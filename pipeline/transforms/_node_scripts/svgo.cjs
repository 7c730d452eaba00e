// SVGO (https://svgo.dev/docs/usage/node/) with the project's svgo.config.*, if it has one.
'use strict';

module.exports = (_, load) => {
  const { optimize, loadConfig } = load();

  return async (request) => {
    const config = (await loadConfig(request.config, request.config ? undefined : process.cwd())) ?? {};
    try {
      const made = optimize(request.text, { ...config, ...request.options, path: request.file });
      return { text: made.data };
    } catch (error) {
      if (error.name === 'SvgoParserError') {
        throw { message: error.reason, place: { file: request.file, line: error.line, column: error.column } };
      }
      throw error;
    }
  };
};
